package io.datastreamx.warehouse.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads every column of every row by SQL and holds it against what was written.
 *
 * @param query runs SQL
 * @param quote around a name
 * @param micros of a time
 * @param hex of bytes
 * @param text a cast to text
 * @param elements an array's elements beside the rows of a relation: relation, array
 * @param unread types that are left out
 * @param unreadWithin types that are left out within arrays
 */
record Answers(
        Function<String, List<Map<String, Object>>> query,
        char quote,
        String micros,
        String hex,
        String text,
        String elements,
        Set<ColumnType> unread,
        Set<ColumnType> unreadWithin) {
    /**
     * All that the emulator reads of load jobs: it takes bytes for text, and of arrays nothing but the names of their
     * fields.
     */
    static Answers ofLoads(Function<String, List<Map<String, Object>>> query) {
        return ofBigQuery(query, Set.of(ColumnType.Primitive.BINARY), Set.of());
    }

    /**
     * All that the emulator reads of the Storage Write API: within arrays it takes the microseconds of a time for
     * milliseconds.
     */
    static Answers ofStreams(Function<String, List<Map<String, Object>>> query) {
        return ofBigQuery(query, Set.of(), Set.of(ColumnType.Primitive.TIMESTAMP));
    }

    private static Answers ofBigQuery(
            Function<String, List<Map<String, Object>>> query, Set<ColumnType> unread, Set<ColumnType> unreadWithin) {
        return new Answers(
                query,
                '`',
                "UNIX_MICROS(%s)",
                "TO_HEX(%s)",
                "STRING",
                "%s CROSS JOIN UNNEST(%s) AS e",
                unread,
                unreadWithin);
    }

    static Answers ofDuckDb(Function<String, List<Map<String, Object>>> query) {
        return new Answers(
                query,
                '"',
                "epoch_us(%s)",
                "lower(hex(%s))",
                "VARCHAR",
                "%s CROSS JOIN LATERAL (SELECT unnest(%s) AS e)",
                Set.of(),
                Set.of());
    }

    /**
     * All columns but arrays.
     *
     * @param relation with its filter, such as {@code (SELECT * FROM t WHERE …)}
     */
    void assertFlat(SampleRows rows, String relation) {
        String columns = rows.flatColumns().stream()
                .filter(column -> !unread.contains(column.type()))
                .map(column -> expression(quoted(column.name()), column) + " AS " + quoted(column.name()))
                .collect(Collectors.joining(", "));
        assertSame(
                without(unread, rows.flatColumns(), rows.flat()),
                query.apply("SELECT " + columns + " FROM " + relation + " AS t"));
    }

    /** The elements of an array, each with its row's key. */
    void assertElements(Case of, Column array, String relation) {
        List<Column> columns = ((ColumnType.Structs) array.type()).fields();
        String fields = columns.stream()
                .filter(field -> !unreadWithin.contains(field.type()))
                .map(field -> expression("e." + quoted(field.name()), field) + " AS " + quoted(field.name()))
                .collect(Collectors.joining(", "));
        assertSame(
                without(unreadWithin, columns, of.rows().elements(of.key(), array)),
                query.apply("SELECT t." + quoted(of.key()) + " AS k, " + fields + " FROM "
                        + elements.formatted(relation + " AS t", "t." + quoted(array.name()))));
    }

    private static List<Map<String, Object>> without(
            Set<ColumnType> types, List<Column> columns, List<Map<String, Object>> rows) {
        rows.forEach(row -> columns.stream()
                .filter(column -> types.contains(column.type()))
                .forEach(column -> row.remove(column.name())));
        return rows;
    }

    private String expression(String name, Column column) {
        if (column.name().equals(BigQueryTables.DAY)) {
            return "CAST(" + name + " AS " + text + ")";
        }
        return switch ((ColumnType.Primitive) column.type()) {
            case TIMESTAMP -> micros.formatted(name);
            case BINARY -> hex.formatted(name);
            default -> name;
        };
    }

    private String quoted(String name) {
        return quote + name + quote;
    }

    private static void assertSame(List<Map<String, Object>> expected, List<Map<String, Object>> found) {
        assertEquals(lines(expected), lines(found));
    }

    /** A line a row, so that a difference is seen at a glance. */
    private static String lines(List<Map<String, Object>> rows) {
        return rows.stream()
                .map(row -> row.toString().replace("\n", "\\n"))
                .sorted(Comparator.naturalOrder())
                .collect(Collectors.joining("\n"));
    }
}
