package io.datastreamx.warehouse.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.views.BigQueryTable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * One load job with the rows as JSON, sent by the driver. For stacks whose Spark has no connector and whose tables fit
 * in its memory.
 */
final class LoadJobWriter implements WarehouseWriter {
    /** Spark writes milliseconds unless told otherwise. */
    private static final Map<String, String> JSON = Map.of("timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX");

    private final Warehouse warehouse;

    LoadJobWriter(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    @Override
    public void append(Dataset<Row> rows, BigQueryTable table) {
        String lines = String.join(
                "\n",
                Columns.of(rows, table)
                        .select(to_json(struct(col("*")), JSON))
                        .as(Encoders.STRING())
                        .collectAsList());
        if (!lines.isEmpty()) {
            warehouse.load(table, "datastreamx-" + UUID.randomUUID(), lines.getBytes(StandardCharsets.UTF_8));
        }
    }
}
