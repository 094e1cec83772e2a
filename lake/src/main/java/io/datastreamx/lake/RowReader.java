package io.datastreamx.lake;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.contract.table.Table;
import io.delta.kernel.data.Row;
import io.delta.kernel.types.StructType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads Delta Kernel's rows of a flat table by the names of their columns, once their types are the contract's. */
final class RowReader {
    private final Table table;
    private final List<Column> columns;
    private final int[] ordinals;

    /** @throws IllegalStateException where a column is missing or of another type than the contract says */
    RowReader(Table table, List<Column> columns, StructType found) {
        this.table = table;
        this.columns = columns;
        this.ordinals = new int[columns.size()];
        for (int i = 0; i < ordinals.length; i++) {
            Column column = columns.get(i);
            ordinals[i] = found.indexOf(column.name());
            if (ordinals[i] < 0) {
                throw new IllegalStateException("table " + table.path() + " lacks the column " + column.name()
                        + "; it was written by another edition of this program");
            }
            var type = found.at(ordinals[i]).getDataType();
            if (!type.equivalent(KernelTypes.type(column.type()))) {
                throw new IllegalStateException("table " + table.path() + ", column " + column.name() + ": expected "
                        + column.type() + ", found " + type);
            }
        }
    }

    TableRow read(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < ordinals.length; i++) {
            Column column = columns.get(i);
            values.put(
                    column.name(),
                    row.isNullAt(ordinals[i]) ? null : value(row, ordinals[i], (ColumnType.Primitive) column.type()));
        }
        return new TableRow(table, values);
    }

    private static Object value(Row row, int i, ColumnType.Primitive type) {
        return switch (type) {
            case STRING -> row.getString(i);
            case LONG -> row.getLong(i);
            case INT -> row.getInt(i);
            case DOUBLE -> row.getDouble(i);
            case BOOLEAN -> row.getBoolean(i);
            case TIMESTAMP -> Instant.EPOCH.plus(row.getLong(i), ChronoUnit.MICROS);
            case BINARY -> row.getBinary(i);
        };
    }
}
