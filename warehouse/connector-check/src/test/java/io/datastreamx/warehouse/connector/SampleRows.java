package io.datastreamx.warehouse.connector;

import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.contract.table.Table;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows of a table of the lake, as it has them plus the column that BigQuery has besides, and what must be read back.
 * Values are those that writers get wrong: microseconds, numbers beyond 2^53, quotes and line breaks, bytes that are no
 * text, empty and missing arrays, nulls wherever they are allowed.
 */
final class SampleRows {
    private static final Instant FIRST = Instant.parse("2026-11-21T23:59:58.123456Z");

    private final Table table;
    private final String extra;
    private final int count;

    private SampleRows(Table table, String extra, int count) {
        this.table = table;
        this.extra = extra;
        this.count = count;
    }

    /** With a day, as the tables of a version have. */
    static SampleRows ofVersion(Table table, int count) {
        return new SampleRows(table, BigQueryTables.DAY, count);
    }

    /** With the attempt that wrote them, as the live tables have. */
    static SampleRows live(Table table, int count) {
        return new SampleRows(table, BigQueryTables.WRITE_ID, count);
    }

    /** In several partitions; a column that BigQuery does not have is among them. */
    Dataset<Row> in(SparkSession spark, int partitions) {
        StructType schema = SparkSchemas.of(table)
                .add(extra, extra.equals(BigQueryTables.DAY) ? DataTypes.DateType : DataTypes.StringType)
                .add("unknown_to_bigquery", DataTypes.StringType);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Object> values = new ArrayList<>();
            for (Column column : table.columns()) {
                values.add(sparkValue(column, i));
            }
            values.add(extraValue(i));
            values.add("x");
            rows.add(RowFactory.create(values.toArray()));
        }
        return spark.createDataFrame(rows, schema).repartition(partitions);
    }

    /**
     * Every row without its arrays: whole numbers as {@code Long}, times as microseconds, days as text, bytes as
     * hexadecimal digits.
     */
    List<Map<String, Object>> flat() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put(extra, readBack(extraValue(i)));
            for (Column column : table.columns()) {
                if (!(column.type() instanceof ColumnType.Structs)) {
                    row.put(column.name(), readBack(value(column, i)));
                }
            }
            rows.add(row);
        }
        return rows;
    }

    /** Every element of an array, with {@code k}, the row's value of a key column. */
    List<Map<String, Object>> elements(String key, Column array) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (int element = 0; element < elementsOf(array, i); element++) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("k", value(column(key), i));
                for (Column field : ((ColumnType.Structs) array.type()).fields()) {
                    row.put(field.name(), readBack(value(field, seed(i, element))));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** The arrays among the columns. */
    List<Column> arrays() {
        return table.columns().stream()
                .filter(column -> column.type() instanceof ColumnType.Structs)
                .toList();
    }

    /** All columns but the arrays, in the order of {@link #flat}. */
    List<Column> flatColumns() {
        List<Column> columns = new ArrayList<>();
        // A day is told apart by its name: the lake has no columns of that type.
        columns.add(new Column(extra, ColumnType.Primitive.STRING, false, ""));
        table.columns().stream()
                .filter(column -> !(column.type() instanceof ColumnType.Structs))
                .forEach(columns::add);
        return columns;
    }

    /** How many rows of a version's table each day has. */
    SortedMap<LocalDate, Long> byDay() {
        SortedMap<LocalDate, Long> rows = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            rows.merge((LocalDate) extraValue(i), 1L, Long::sum);
        }
        return rows;
    }

    int count() {
        return count;
    }

    private Column column(String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Object extraValue(int row) {
        return extra.equals(BigQueryTables.DAY)
                ? LocalDate.ofInstant(FIRST, ZoneOffset.UTC).plusDays(row % 3)
                : "attempt-" + row % 2;
    }

    private Object sparkValue(Column column, int row) {
        if (!(column.type() instanceof ColumnType.Structs structs)) {
            return value(column, row);
        }
        if (column.nullable() && row % 4 == 1) {
            return null;
        }
        List<Row> elements = new ArrayList<>();
        for (int element = 0; element < elementsOf(column, row); element++) {
            int seed = seed(row, element);
            elements.add(RowFactory.create(
                    structs.fields().stream().map(field -> value(field, seed)).toArray()));
        }
        return CollectionConverters.asScala(elements).toSeq();
    }

    /** BigQuery knows no difference between an array that is missing and one that is empty. */
    private static int elementsOf(Column array, int row) {
        return array.nullable() && row % 4 == 1 ? 0 : row % 3;
    }

    private static int seed(int row, int element) {
        return 10 * row + element;
    }

    private static Object value(Column column, int row) {
        if (column.nullable() && (row + column.name().length()) % 5 == 0) {
            return null;
        }
        return switch ((ColumnType.Primitive) column.type()) {
            case STRING -> column.name() + " \"" + row + "'\n\\ü";
            case LONG ->
                row % 7 == 6
                        ? 9_007_199_254_740_993L + row
                        : 100L * column.name().length() + row;
            case INT -> row;
            case DOUBLE -> 0.1 * (row + 1);
            case BOOLEAN -> row % 2 == 0;
            case TIMESTAMP -> FIRST.plus(1_234_567L * row, ChronoUnit.MICROS);
            case BINARY -> new byte[] {0, (byte) 0xff, (byte) 0x80, '"', (byte) row};
        };
    }

    private static Object readBack(Object value) {
        if (value instanceof Instant time) {
            return ChronoUnit.MICROS.between(Instant.EPOCH, time);
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        return value instanceof Integer number
                ? Long.valueOf(number)
                : value instanceof LocalDate day ? day.toString() : value;
    }
}
