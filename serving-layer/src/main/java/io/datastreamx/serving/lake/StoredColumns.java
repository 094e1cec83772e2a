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
    private static final String MICROS_PER_MINUTE = "60000000";

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

    /** SQL: the minute that a time lies in, since the epoch. Truncated first, since {@code //} rounds towards zero. */
    static String minuteOf(String time) {
        return "epoch_us(date_trunc('minute', " + time + ")) // " + MICROS_PER_MINUTE;
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
