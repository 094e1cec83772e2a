package io.datastreamx.warehouse.spark;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.views.BigQueryTable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;

/**
 * Through spark-bigquery-connector, which the platform brings and nothing here is compiled against. The table's
 * partitions, clusters and descriptions are those of its DDL, so the write only appends.
 */
final class ConnectorWriter implements WarehouseWriter {
    /** Not empty, since Spark takes that of the column below for empty metadata. */
    private static final Metadata UNDESCRIBED =
            new MetadataBuilder().putBoolean("datastreamx.described", false).build();

    private static final String GOOGLE = "https://bigquery.googleapis.com";

    private final BigQuerySettings settings;
    private final Warehouse warehouse;
    private final Map<String, String> options;

    private ConnectorWriter(BigQuerySettings settings, Warehouse warehouse, Map<String, String> method) {
        this.settings = settings;
        this.warehouse = warehouse;
        this.options = new HashMap<>(method);
        options.put("parentProject", settings.project());
        // Left to itself, Google's client asks for a load job whose answer was lost once more under another name, and
        // the rows are there twice.
        options.put("httpMaxRetry", "1");
        if (!settings.accessToken().isEmpty()) {
            options.put("gcpAccessToken", settings.accessToken().value());
        }
        if (!settings.endpoint().equals(GOOGLE)) {
            options.put("bigQueryHttpEndpoint", settings.endpoint());
        }
    }

    /** Executors write Parquet to a bucket, one load job takes it over as a whole. */
    static ConnectorWriter indirect(BigQuerySettings settings, Warehouse warehouse) {
        if (settings.temporaryBucket().isEmpty()) {
            throw new IllegalArgumentException(
                    "datastreamx.bigquery.temporary-bucket is not set: the connector hands rows over through a bucket in "
                            + settings.location()
                            + "; name one (without gs://), or set datastreamx.bigquery.write = connector-direct, which needs none");
        }
        return new ConnectorWriter(
                settings,
                warehouse,
                Map.of(
                        "writeMethod", "indirect",
                        "temporaryGcsBucket", settings.temporaryBucket(),
                        "intermediateFormat", "parquet",
                        "enableListInference", "true",
                        "createDisposition", "CREATE_NEVER"));
    }

    /**
     * Executors send rows to BigQuery's Storage Write API, each into streams of its own; one commit shows all of them.
     */
    static ConnectorWriter direct(BigQuerySettings settings, Warehouse warehouse) {
        return new ConnectorWriter(settings, warehouse, Map.of("writeMethod", "direct", "writeAtLeastOnce", "false"));
    }

    @Override
    public void append(Dataset<Row> rows, BigQueryTable table) {
        // Asked before: by the direct method the connector would make the table itself, without partitions.
        if (!warehouse.has(table)) {
            throw ConnectorFailure.noTable(settings, table);
        }
        try {
            undescribed(Columns.of(rows, table))
                    .write()
                    .format("bigquery")
                    .options(options)
                    .mode("append")
                    .save(settings.project() + "." + settings.dataset() + "." + table.name());
        } catch (Exception | LinkageError e) {
            throw ConnectorFailure.of(e, settings, table, rows.sparkSession().version());
        }
    }

    /**
     * From columns with the lake's comments the connector would write the table's schema anew, which is the DDL's
     * alone.
     */
    private static Dataset<Row> undescribed(Dataset<Row> rows) {
        Column[] columns = new Column[rows.columns().length];
        for (int i = 0; i < columns.length; i++) {
            String name = rows.columns()[i];
            columns[i] = functions.col(name).as(name, UNDESCRIBED);
        }
        return rows.select(columns);
    }
}
