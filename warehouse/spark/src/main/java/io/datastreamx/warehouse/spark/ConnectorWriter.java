package io.datastreamx.warehouse.spark;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.bigquery.BigQueryTable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Through spark-bigquery-connector, which the platform brings and nothing here is compiled against. Indirect: executors write Parquet to a bucket, one load job takes it over as
 * a whole. The table's partitions, clusters and descriptions are those of its DDL, so the write only appends.
 */
final class ConnectorWriter implements WarehouseWriter {
    private final Settings.BigQuery settings;

    ConnectorWriter(Settings.BigQuery settings) {
        if (settings.temporaryBucket().isEmpty()) {
            throw new IllegalArgumentException(
                    "datastreamx.bigquery.temporary-bucket is not set: the connector hands rows over through a bucket in "
                            + settings.location() + "; name one (without gs://)");
        }
        this.settings = settings;
    }

    @Override
    public void append(Dataset<Row> rows, BigQueryTable table) {
        Columns.of(rows, table)
                .write()
                .format("bigquery")
                .options(options())
                .mode("append")
                .save(settings.project() + "." + settings.dataset() + "." + table.name());
    }

    private Map<String, String> options() {
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
