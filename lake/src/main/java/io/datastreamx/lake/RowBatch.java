package io.datastreamx.lake;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.Table;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StructType;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Rows of maps as a columnar batch for Delta Kernel. For flat tables (no arrays). */
final class RowBatch implements ColumnarBatch {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final StructType schema;
    private final List<Column> columns;
    private final List<Map<String, Object>> rows;

    RowBatch(Table table, List<Map<String, Object>> rows) {
        this.columns = table.columns();
        this.schema = KernelTypes.struct(columns);
        this.rows = rows;
        rows.forEach(row -> check(table, row));
    }

    private static void check(Table table, Map<String, Object> row) {
        if (!table.columnNames().containsAll(row.keySet())) {
            throw new IllegalArgumentException("columns that table " + table.path() + " does not have: " + row.keySet()
                    + " against " + table.columnNames());
        }
        for (Column column : table.columns()) {
            if (!column.nullable() && row.get(column.name()) == null) {
                throw new IllegalArgumentException(
                        "table " + table.path() + ": " + column.name() + " must not be null");
            }
        }
    }

    @Override
    public StructType getSchema() {
        return schema;
    }

    @Override
    public ColumnVector getColumnVector(int ordinal) {
        return new Vector(columns.get(ordinal));
    }

    @Override
    public int getSize() {
        return rows.size();
    }

    private final class Vector implements ColumnVector {
        private final String name;
        private final DataType type;

        Vector(Column column) {
            this.name = column.name();
            this.type = KernelTypes.type(column.type());
        }

        private Object at(int rowId) {
            return rows.get(rowId).get(name);
        }

        @Override
        public DataType getDataType() {
            return type;
        }

        @Override
        public int getSize() {
            return rows.size();
        }

        @Override
        public boolean isNullAt(int rowId) {
            return at(rowId) == null;
        }

        @Override
        public boolean getBoolean(int rowId) {
            return (Boolean) at(rowId);
        }

        @Override
        public int getInt(int rowId) {
            return ((Number) at(rowId)).intValue();
        }

        @Override
        public long getLong(int rowId) {
            Object value = at(rowId);
            return value instanceof Instant time
                    ? time.getEpochSecond() * MICROS_PER_SECOND + time.getNano() / 1_000
                    : ((Number) value).longValue();
        }

        @Override
        public double getDouble(int rowId) {
            return ((Number) at(rowId)).doubleValue();
        }

        @Override
        public String getString(int rowId) {
            return (String) at(rowId);
        }

        @Override
        public byte[] getBinary(int rowId) {
            return (byte[]) at(rowId);
        }

        @Override
        public void close() {}
    }
}
