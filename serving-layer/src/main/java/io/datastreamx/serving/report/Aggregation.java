package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.serving.replica.Reading;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups and sums a source's rows in DuckDB, and computes in Java what is computed when read. */
final class Aggregation {
    private final ReportQuery query;
    private final Sql source;

    Aggregation(ReportQuery query, Sql source) {
        this.query = query;
        this.source = source;
    }

    List<Map<String, Object>> rows(Reading reading) {
        Map<List<Object>, DeviceSketch> sketches = query.needsSketch() ? sketches(reading) : Map.of();
        List<Map<String, Object>> rows =
                reading.rows(sql(sumColumns()).text(), source.values(), row -> row(row, sketches));
        if (!query.order().isEmpty()) {
            rows.sort(query.order().stream()
                    .map(Aggregation::comparator)
                    .reduce(Comparator::thenComparing)
                    .orElseThrow());
        }
        return query.limit().isPresent() && rows.size() > query.limit().getAsInt()
                ? List.copyOf(rows.subList(0, query.limit().getAsInt()))
                : rows;
    }

    /** The count makes one row of an empty answer without grouping, also where only the sketch is asked for. */
    private List<String> sumColumns() {
        List<String> sums = new ArrayList<>(List.of("count(*)"));
        query.sumsNeeded().forEach(sum -> sums.add("CAST(coalesce(sum(" + sum + "), 0) AS BIGINT)"));
        return sums;
    }

    private Sql sql(List<String> aggregates) {
        List<String> keys = keys();
        List<String> selected = new ArrayList<>(keys);
        selected.addAll(aggregates);
        String text = "SELECT " + String.join(", ", selected) + " FROM (" + source.text() + ")";
        if (!keys.isEmpty()) {
            String places = String.join(
                    ", ",
                    java.util.stream.IntStream.rangeClosed(1, keys.size())
                            .mapToObj(Integer::toString)
                            .toList());
            text += " GROUP BY " + places + " ORDER BY " + places;
        }
        return new Sql(text, source.values());
    }

    private List<String> keys() {
        return query.by().stream().map(by -> by.dimension().sql()).toList();
    }

    private Map<List<Object>, DeviceSketch> sketches(Reading reading) {
        List<String> selected = new ArrayList<>(keys());
        selected.add(DeviceSketch.COLUMN);
        Map<List<Object>, DeviceSketch> sketches = new HashMap<>();
        reading.rows(
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
            if (query.by().get(i).dimension().isTime()) {
                key.add(Instant.ofEpochSecond(60 * row.getLong(i + 1)).toString());
            } else {
                key.add(row.getString(i + 1));
            }
        }
        return key;
    }

    private Map<String, Object> row(ResultSet result, Map<List<Object>, DeviceSketch> sketches) throws SQLException {
        List<Object> key = key(result);
        Map<String, Long> sums = new HashMap<>();
        int column = key.size() + 2;
        for (String sum : query.sumsNeeded()) {
            sums.put(sum, result.getLong(column++));
        }
        Figure.Group group = new Figure.Group() {
            @Override
            public long sum(String name) {
                return sums.get(name);
            }

            @Override
            public DeviceSketch devices() {
                return sketches.getOrDefault(key, new DeviceSketch());
            }
        };
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < key.size(); i++) {
            row.put(query.by().get(i).label(), key.get(i));
        }
        query.figures().forEach(figure -> row.put(figure.name(), figure.value().apply(group)));
        return row;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // one column holds one type: text, whole numbers or fractions
    private static Comparator<Map<String, Object>> comparator(ReportQuery.Order order) {
        Comparator<Comparable> direction = order.descending() ? Comparator.reverseOrder() : Comparator.naturalOrder();
        return Comparator.comparing(row -> (Comparable) row.get(order.column()), Comparator.nullsLast(direction));
    }
}
