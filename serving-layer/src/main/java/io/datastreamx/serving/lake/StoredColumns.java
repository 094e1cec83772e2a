package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Columns of rollup rows in DuckDB: the contract's, with the rollup as a small number and time as minutes since the
 * epoch, free of time zones.
 */
final class StoredColumns {
    private static final long MICROS_PER_MINUTE = 60_000_000;

    /** Every column that adds up: measures, then buckets of the latency histogram. */
    private static final List<String> SUMS = sumColumns();

    private StoredColumns() {}

    static String definition() {
        List<String> columns = new ArrayList<>();
        columns.add(Rollup.COLUMN + " UTINYINT");
        columns.add(Rollup.MINUTE + " BIGINT");
        Rollup.DIMENSIONS.forEach(dimension -> columns.add(dimension + " VARCHAR"));
        SUMS.forEach(sum -> columns.add(sum + " BIGINT"));
        columns.add(DeviceSketch.COLUMN + " BLOB");
        return String.join(", ", columns);
    }

    /** In the order of {@link #definition()}. */
    static List<String> names() {
        List<String> names = new ArrayList<>(List.of(Rollup.COLUMN, Rollup.MINUTE));
        names.addAll(Rollup.DIMENSIONS);
        names.addAll(SUMS);
        names.add(DeviceSketch.COLUMN);
        return names;
    }

    /** Expressions over the lake's Parquet files, in the order of {@link #definition()}. */
    static String fromParquet() {
        List<String> columns = new ArrayList<>();
        columns.add(Arrays.stream(Rollup.values())
                .map(rollup -> "WHEN '" + rollup.id() + "' THEN " + rollup.ordinal())
                .collect(Collectors.joining(" ", "CASE " + Rollup.COLUMN + " ", " END")));
        columns.add(minuteOf(Rollup.MINUTE));
        columns.addAll(Rollup.DIMENSIONS);
        columns.addAll(SUMS);
        columns.add(DeviceSketch.COLUMN);
        return String.join(", ", columns);
    }

    /** SQL: the minute that a time lies in, since the epoch. */
    static String minuteOf(String time) {
        return floor("epoch_us(" + time + ")", MICROS_PER_MINUTE) + " // " + MICROS_PER_MINUTE;
    }

    /** SQL: the largest multiple of a step that is not above a whole number; DuckDB's own operators round towards 0. */
    static String floor(String number, long step) {
        return "(%1$s - (%1$s %% %2$d + %2$d) %% %2$d)".formatted(number, step);
    }

    private static List<String> sumColumns() {
        List<String> sums = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            sums.add(measure.column());
        }
        LatencyHistogram.buckets().forEach(bucket -> sums.add(bucket.column()));
        return List.copyOf(sums);
    }
}
