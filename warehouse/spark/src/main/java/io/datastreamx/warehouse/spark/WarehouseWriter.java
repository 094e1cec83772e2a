package io.datastreamx.warehouse.spark;

import io.datastreamx.config.Settings;
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

    static WarehouseWriter of(Settings.BigQuery settings, Warehouse warehouse) {
        return switch (settings.write()) {
            case "connector" -> ConnectorWriter.indirect(settings, warehouse);
            case "connector-direct" -> ConnectorWriter.direct(settings, warehouse);
            case "load-job" -> new LoadJobWriter(warehouse);
            default ->
                throw new IllegalArgumentException(
                        "datastreamx.bigquery.write must be connector, connector-direct or load-job, not '"
                                + settings.write() + "'");
        };
    }
}
