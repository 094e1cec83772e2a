package io.datastreamx.batch;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table {@code versions}: which batch version and cut are in force, and which were before. */
final class Versions {
    static final String PUBLISH = "publish";
    static final String FLIP = "flip";
    static final String ROLLBACK = "rollback";

    /** One row of the table. */
    record Row(Instant at, String action, String version, long cut, String runId, long events, long lateDuplicates) {}

    private final DeltaTable table;

    Versions(Lake lake) {
        this.table = lake.table(Table.VERSIONS);
    }

    /** All rows, oldest first. */
    List<Row> rows() {
        return table.rows().stream()
                .map(row -> new Row(
                        (Instant) row.get("at"),
                        (String) row.get("action"),
                        (String) row.get("version"),
                        (Long) row.get("cut"),
                        (String) row.get("run_id"),
                        (Long) row.get("events"),
                        (Long) row.get("late_duplicates")))
                .sorted(Comparator.comparing(Row::at))
                .toList();
    }

    /** The row that brought the present version into force. */
    Optional<Row> active() {
        List<Row> rows = rows();
        return rows.stream().filter(row -> !row.action().equals(PUBLISH)).reduce((earlier, later) -> later);
    }

    /**
     * The flips that a rollback can return to, the one in force first: a flip lays one on top, a rollback takes it off.
     */
    List<Row> stack() {
        Deque<Row> stack = new ArrayDeque<>();
        for (Row row : rows()) {
            if (row.action().equals(FLIP)) {
                stack.push(row);
            } else if (row.action().equals(ROLLBACK)) {
                stack.pop();
            }
        }
        return new ArrayList<>(stack);
    }

    /**
     * Appends a row in one commit, its time moved behind the last row's where clocks disagree.
     *
     * @return false where the same writer already did
     */
    boolean append(String appId, long version, Row row) {
        List<Row> before = rows();
        Instant last =
                before.isEmpty() ? Instant.MIN : before.get(before.size() - 1).at();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("at", row.at().isAfter(last) ? row.at() : last.plusMillis(1));
        values.put("action", row.action());
        values.put("version", row.version());
        values.put("cut", row.cut());
        values.put("run_id", row.runId());
        values.put("events", row.events());
        values.put("late_duplicates", row.lateDuplicates());
        return table.append(appId, version, List.of(values));
    }
}
