package io.datastreamx.batch;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;

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
        write(withDay(read(night, version, Table.BATCH_ROLLUPS)), BigQueryTables.rollups(version));
        write(byDay(read(night, version, Table.AD_OPPORTUNITIES)), BigQueryTables.opportunities(version));
    }

    private void write(Dataset<Row> rows, BigQueryTable table) {
        writer.append(rows, table);
        warehouse.verify(table, rows.count());
    }

    private static Dataset<Row> read(Night night, String version, Table table) {
        return night.spark().get().read().format("delta").load(night.lake().versionUri(version, table));
    }

    static Dataset<Row> withDay(Dataset<Row> rollups) {
        return rollups.withColumn(BigQueryTables.DAY, expr("to_date(minute)"));
    }

    /**
     * A request whose events fall on two days gets a row on either, so that a filter on the day misses none and counts
     * none twice.
     */
    static Dataset<Row> byDay(Dataset<Row> opportunities) {
        return opportunities
                .withColumn(
                        BigQueryTables.DAY,
                        explode(array_distinct(expr("transform(facts, fact -> to_date(fact.minute))"))))
                .withColumn("facts", expr("filter(facts, fact -> to_date(fact.minute) = day)"))
                .where(col(BigQueryTables.DAY).isNotNull());
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
