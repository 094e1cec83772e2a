package io.datastreamx.serving.lake;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The batch rows in DuckDB: one table of numbered parts, of which the view {@code rollups} shows those of the version
 * in force. Versions share the parts of days that are the same in both, and a copy finds those that an earlier one
 * left. Within a part rows are sorted, so that a filter on the rollup or on time skips most of it.
 */
final class BatchParts {
    private final Writer writer;
    private final Map<String, Integer> held = new HashMap<>();
    private int lastNumber;
    private int loaded;

    private BatchParts(Writer writer) {
        this.writer = writer;
    }

    /** In a file that has no tables. */
    static BatchParts create(Writer writer) throws SQLException {
        writer.execute("CREATE TABLE parts (part INTEGER, key VARCHAR, row_count BIGINT)");
        writer.execute("CREATE TABLE batch_rows (part INTEGER, " + StoredColumns.definition() + ")");
        return new BatchParts(writer);
    }

    /** @throws SQLException where a file that has them is damaged */
    static BatchParts of(Writer writer) throws SQLException {
        BatchParts parts = new BatchParts(writer);
        writer.rows("SELECT key, part FROM parts", row -> parts.held.put(row.getString(1), row.getInt(2)));
        parts.lastNumber =
                parts.held.values().stream().mapToInt(part -> part).max().orElse(0);
        parts.check();
        return parts;
    }

    /** Looks at every value, so that DuckDB holds every block against its checksum. */
    private void check() throws SQLException {
        String largest = StoredColumns.names().stream()
                .map(column -> "max(" + column + ")")
                .collect(Collectors.joining(", "));
        Map<Integer, Long> found = rowsOf("SELECT part, count(*), " + largest + " FROM batch_rows GROUP BY part");
        if (!found.equals(rowsOf("SELECT part, row_count FROM parts WHERE row_count > 0"))) {
            throw new SQLException("rows are missing");
        }
    }

    private Map<Integer, Long> rowsOf(String sql) throws SQLException {
        Map<Integer, Long> rows = new HashMap<>();
        writer.rows(sql, row -> rows.put(row.getInt(1), row.getLong(2)));
        return rows;
    }

    boolean holds(BatchPart part) {
        return held.containsKey(part.key());
    }

    /**
     * Loads parts that are not held, all of them or none: together they fill whole blocks, which DuckDB writes once.
     * Nobody sees them before they are {@link #show shown}.
     *
     * @param files of each part, where they lie on this machine
     */
    void load(Map<BatchPart, List<String>> files) {
        Map<String, Integer> numbers = new HashMap<>();
        writer.atomically(() -> {
            for (Map.Entry<BatchPart, List<String>> part : files.entrySet()) {
                int number = lastNumber + numbers.size() + 1;
                insert(part.getKey(), number, part.getValue());
                numbers.put(part.getKey().key(), number);
            }
        });
        held.putAll(numbers);
        lastNumber += numbers.size();
        loaded += numbers.size();
    }

    private void insert(BatchPart part, int number, List<String> files) throws SQLException {
        writer.execute("INSERT INTO batch_rows SELECT " + number + ", " + StoredColumns.fromParquet() + " FROM "
                + Parquet.scan(files) + " ORDER BY 2, 3");
        writer.execute(
                "INSERT INTO parts SELECT ?, ?, count(*) FROM batch_rows WHERE part = ?", number, part.key(), number);
    }

    /** Lets reports see these parts and no other. */
    void show(Collection<BatchPart> parts) throws SQLException {
        Set<Integer> numbers =
                parts.stream().map(part -> held.get(part.key())).collect(Collectors.toCollection(TreeSet::new));
        writer.execute("CREATE OR REPLACE VIEW rollups AS SELECT * FROM batch_rows WHERE "
                + NumberRanges.condition("part", numbers));
    }

    /** Deletes all others. @return whether there were any */
    boolean keepOnly(Collection<BatchPart> parts) {
        Set<String> keys = parts.stream().map(BatchPart::key).collect(Collectors.toSet());
        Set<Integer> others = held.entrySet().stream()
                .filter(part -> !keys.contains(part.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toCollection(TreeSet::new));
        if (others.isEmpty()) {
            return false;
        }
        String condition = NumberRanges.condition("part", others);
        writer.atomically(() -> {
            writer.execute("DELETE FROM batch_rows WHERE " + condition);
            writer.execute("DELETE FROM parts WHERE " + condition);
        });
        held.values().removeAll(others);
        return true;
    }

    /** How many were loaded, rather than found. */
    int loaded() {
        return loaded;
    }

    int size() {
        return held.size();
    }
}
