package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.DeviceSketch;
import java.util.List;
import java.util.Map;

/**
 * What one row of a report is computed from.
 *
 * @param key values of the grouping columns: text, null, or times as {@link #time} writes them
 * @param sums by column
 * @param devices distinct boxes; empty where the report does not show them
 */
public record Group(List<Object> key, Map<String, Long> sums, DeviceSketch devices) {
    /** @param minutes since the epoch */
    public static String time(long minutes) {
        return java.time.Instant.ofEpochSecond(60 * minutes).toString();
    }

    long sum(String column) {
        return sums.get(column);
    }
}
