package io.datastreamx.warehouse.spark;

import io.datastreamx.warehouse.views.BigQueryTable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The columns of a table, in its order. */
final class Columns {
    private Columns() {}

    static Dataset<Row> of(Dataset<Row> rows, BigQueryTable table) {
        return rows.select(table.columnNames().stream().map(functions::col).toArray(Column[]::new));
    }
}
