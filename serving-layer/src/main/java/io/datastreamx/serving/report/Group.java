package io.datastreamx.serving.report;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * What one row of a report is computed from.
 *
 * @param key values of the grouping columns: text, null, or times as {@link #time} writes them
 * @param sums by column; a {@code Long}, or a {@code BigInteger} where the sum needs more
 * @param uniqueDevices distinct boxes, estimated; 0 where the report does not show them
 */
public record Group(List<Object> key, Map<String, Number> sums, long uniqueDevices) {
    /** @param minutes since the epoch */
    public static String time(long minutes) {
        return java.time.Instant.ofEpochSecond(60 * minutes).toString();
    }

    /** A sum as groups keep it. */
    public static Number exact(BigInteger sum) {
        return sum.bitLength() < Long.SIZE ? (Number) sum.longValue() : sum;
    }

    Number sum(String column) {
        return sums.get(column);
    }
}
