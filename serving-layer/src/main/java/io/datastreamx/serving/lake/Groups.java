package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.serving.report.Dimension;
import io.datastreamx.serving.report.Group;
import io.datastreamx.serving.report.ReportQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Groups and sums a source's rows in DuckDB. */
final class Groups {
    private final ReportQuery query;
    private final Sql source;

    Groups(ReportQuery query, Sql source) {
        this.query = query;
        this.source = source;
    }

    /** In the order of their keys. */
    List<Group> in(ReadTransaction transaction) {
        Map<List<Object>, DeviceSketch> sketches = query.needsSketch() ? sketches(transaction) : Map.of();
        return transaction.rows(sql(), source.values(), row -> group(row, sketches));
    }

    /** The count makes one row of an empty answer without grouping, also where only the sketch is asked for. */
    private String sql() {
        List<String> selected = new ArrayList<>(keys());
        selected.add("count(*)");
        query.sumsNeeded().forEach(sum -> selected.add("CAST(coalesce(sum(" + sum + "), 0) AS BIGINT)"));
        String text = "SELECT " + String.join(", ", selected) + " FROM (" + source.text() + ")";
        if (query.by().isEmpty()) {
            return text;
        }
        String places = String.join(
                ", ",
                IntStream.rangeClosed(1, query.by().size())
                        .mapToObj(Integer::toString)
                        .toList());
        return text + " GROUP BY " + places + " ORDER BY " + places;
    }

    private List<String> keys() {
        return query.by().stream().map(by -> key(by.dimension())).toList();
    }

    /** A time as minutes since the epoch. */
    private static String key(Dimension dimension) {
        return dimension.isTime()
                ? "minute - (minute %% %1$d + %1$d) %% %1$d".formatted(dimension.minutes())
                : dimension.column();
    }

    private Map<List<Object>, DeviceSketch> sketches(ReadTransaction transaction) {
        List<String> selected = new ArrayList<>(keys());
        selected.add(DeviceSketch.COLUMN);
        Map<List<Object>, DeviceSketch> sketches = new HashMap<>();
        transaction.rows(
                "SELECT " + String.join(", ", selected) + " FROM (" + source.text() + ")", source.values(), row -> {
                    byte[] sketch = row.getBytes(selected.size());
                    sketches.computeIfAbsent(key(row), key -> new DeviceSketch())
                            .add(sketch);
                    return null;
                });
        return sketches;
    }

    private List<Object> key(ResultSet row) throws SQLException {
        List<Object> key = new ArrayList<>();
        for (int i = 0; i < query.by().size(); i++) {
            key.add(
                    query.by().get(i).dimension().isTime()
                            ? Group.time(row.getLong(i + 1))
                            : (Object) row.getString(i + 1));
        }
        return key;
    }

    private Group group(ResultSet result, Map<List<Object>, DeviceSketch> sketches) throws SQLException {
        List<Object> key = key(result);
        Map<String, Long> sums = new HashMap<>();
        int column = key.size() + 2;
        for (String sum : query.sumsNeeded()) {
            sums.put(sum, result.getLong(column++));
        }
        return new Group(key, sums, sketches.getOrDefault(key, new DeviceSketch()));
    }
}
