package io.datastreamx.batch;

import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.spark.WarehouseWriter;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.InForce;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Versions in BigQuery: tables named after the version first, then the views that name them. */
final class BigQueryVersions implements Publication {
    private final Warehouse warehouse;
    private final WarehouseWriter writer;

    BigQueryVersions(Warehouse warehouse, WarehouseWriter writer) {
        this.warehouse = warehouse;
        this.writer = writer;
    }

    @Override
    public void publish(Night night) {
        String version = night.sealed().version();
        warehouse.begin(version);
        write(read(night, Table.BATCH_ROLLUPS), BigQueryTables.rollups(version));
        write(read(night, Table.AD_OPPORTUNITIES), BigQueryTables.opportunities(version));
    }

    private void write(Dataset<Row> rows, BigQueryTable table) {
        writer.append(rows, table);
        warehouse.verify(table, rows.count());
    }

    private static Dataset<Row> read(Night night, Table table) {
        Rebuild.Result rebuilt = night.run().require(StepName.REBUILD, Rebuild.Result.class);
        return BatchTables.read(
                night.spark().get(), night.lake(), table, rebuilt.tables().get(table));
    }

    @Override
    public void bringIntoForce(Versions.Entry version, List<Versions.Entry> kept) {
        warehouse.bringIntoForce(
                InForce.of(version.version(), version.cut()),
                kept.stream().map(Versions.Entry::version).toList());
    }

    @Override
    public void forget(List<String> versions, long coveredBatch) {
        warehouse.forget(versions, coveredBatch);
    }
}
