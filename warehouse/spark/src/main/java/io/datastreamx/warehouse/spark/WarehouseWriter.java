package io.datastreamx.warehouse.spark;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.views.BigQueryTable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How rows get into a table of BigQuery that is there. */
public interface WarehouseWriter {
    /**
     * Appends rows, all of them at once or none. Where it fails, they may still have arrived: callers write what nobody
     * counts yet, and check or name it before anybody does.
     *
     * @param rows with the table's columns, in any order; other columns are left out
     */
    void append(Dataset<Row> rows, BigQueryTable table);

    static WarehouseWriter of(BigQuerySettings settings, Warehouse warehouse) {
        return switch (settings.write()) {
            case CONNECTOR -> ConnectorWriter.indirect(settings, warehouse);
            case CONNECTOR_DIRECT -> ConnectorWriter.direct(settings, warehouse);
            case LOAD_JOB -> new LoadJobWriter(warehouse);
        };
    }
}
