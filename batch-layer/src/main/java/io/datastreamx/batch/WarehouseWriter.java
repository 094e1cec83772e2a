package io.datastreamx.batch;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.bigquery.BigQueryTable;
import io.datastreamx.warehouse.Warehouse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.Row;

/** How rows get into a table of BigQuery that is there. */
interface WarehouseWriter {
    void append(org.apache.spark.sql.Dataset<Row> rows, BigQueryTable table);

    static WarehouseWriter of(Settings.BigQuery settings, Warehouse warehouse) {
        return switch (settings.write()) {
            case "connector" -> new Connector(settings);
            case "load-job" -> new LoadJob(warehouse);
            default ->
                throw new IllegalArgumentException(
                        "datastreamx.bigquery.write must be connector or load-job, not '" + settings.write() + "'");
        };
    }

    /**
     * spark-bigquery-connector, which the platform brings and nothing here is compiled against. Indirect: executors write Parquet to a bucket, one load job takes it over as a
     * whole. The table's partitions, clusters and descriptions are those of its DDL, so the write only appends.
     */
    final class Connector implements WarehouseWriter {
        private final Settings.BigQuery settings;

        Connector(Settings.BigQuery settings) {
            if (settings.temporaryBucket().isEmpty()) {
                throw new IllegalArgumentException(
                        "datastreamx.bigquery.temporary-bucket is not set: the connector hands rows over through a bucket in "
                                + settings.location() + "; name one (without gs://)");
            }
            this.settings = settings;
        }

        @Override
        public void append(org.apache.spark.sql.Dataset<Row> rows, BigQueryTable table) {
            rows.write()
                    .format("bigquery")
                    .options(options())
                    .mode("append")
                    .save(settings.project() + "." + settings.dataset() + "." + table.name());
        }

        Map<String, String> options() {
            Map<String, String> options = new HashMap<>(Map.of(
                    "parentProject", settings.project(),
                    "writeMethod", "indirect",
                    "temporaryGcsBucket", settings.temporaryBucket(),
                    "intermediateFormat", "parquet",
                    "enableListInference", "true",
                    "createDisposition", "CREATE_NEVER"));
            if (!settings.accessToken().isEmpty()) {
                options.put("gcpAccessToken", settings.accessToken());
            }
            return options;
        }
    }

    /** One load job with the rows as JSON, sent by the driver. For stacks whose Spark has no connector and whose tables fit in its memory. */
    final class LoadJob implements WarehouseWriter {
        private final Warehouse warehouse;

        LoadJob(Warehouse warehouse) {
            this.warehouse = warehouse;
        }

        @Override
        public void append(org.apache.spark.sql.Dataset<Row> rows, BigQueryTable table) {
            String lines = String.join("\n", rows.toJSON().collectAsList());
            if (!lines.isEmpty()) {
                warehouse.load(table, "datastreamx-" + UUID.randomUUID(), lines.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
