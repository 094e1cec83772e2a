package io.datastreamx.verification;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Two sets of rows side by side. Rows whose sums are all zero are as good as absent. */
final class Comparison {
    private static final int MOST_SHOWN = 20;

    private final List<String> differences = new ArrayList<>();
    private long compared;

    /** The first differences, in words. */
    List<String> differences() {
        return List.copyOf(differences);
    }

    /** Numbers looked at. */
    long compared() {
        return compared;
    }

    void number(String what, long expected, long got) {
        compared++;
        if (expected != got) {
            differ(what + ": expected " + expected + ", got " + got);
        }
    }

    void differ(String text) {
        if (differences.size() < MOST_SHOWN) {
            differences.add(text);
        } else if (differences.size() == MOST_SHOWN) {
            differences.add("… and more");
        }
    }

    void rows(
            List<String> fields,
            Interval interval,
            Map<Totals.Row, long[]> expected,
            Map<Totals.Row, long[]> got,
            String position) {
        Map<String, Totals.Row> rows = new TreeMap<>();
        expected.keySet().forEach(row -> rows.put(row.toString(), row));
        got.keySet().forEach(row -> rows.put(row.toString(), row));
        long[] none = Totals.zeros();
        for (Totals.Row row : rows.values()) {
            long[] right = expected.getOrDefault(row, none);
            long[] answer = got.getOrDefault(row, none);
            compared += right.length;
            if (Arrays.equals(right, answer)) {
                continue;
            }
            for (int i = 0; i < right.length; i++) {
                if (right[i] != answer[i]) {
                    differ("rollup %s, %s, %s: expected %d, got %d, at %s"
                            .formatted(
                                    String.join(" × ", fields),
                                    describe(fields, row, interval),
                                    Totals.measures().get(i),
                                    right[i],
                                    answer[i],
                                    position));
                }
            }
        }
    }

    private static String describe(List<String> fields, Totals.Row row, Interval interval) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            parts.add(fields.get(i) + "=" + row.values().get(i));
        }
        if (interval.isTime()) {
            parts.add(interval.dimension() + "=" + Instant.ofEpochSecond(60 * row.minute()));
        }
        return String.join(" ", parts);
    }
}
