package io.datastreamx.verification;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one prefix of the log holds.
 *
 * @param read records
 * @param malformed those that no reader may accept
 * @param duplicate good ones that repeat one of their partition within the horizon
 * @param late those of the accepted that a night has taken away as repeats; the sums are without them
 * @param sums by grouping and {@link Row}, the sums in the order of {@link #measures}; rows without any are absent
 */
public record Totals(long read, long malformed, long duplicate, long late, Map<List<String>, Map<Row, long[]>> sums) {
    /** One combination of dimension values in one minute (since the epoch); values are null where an event has none. */
    public record Row(List<String> values, long minute) {
        private Row in(Interval interval) {
            return new Row(values, interval.startOf(minute));
        }
    }

    /** The names of the sums in their order. */
    public static List<String> measures() {
        return Sums.NAMES;
    }

    /** As ingest counts them, whatever a night takes away later. */
    public long accepted() {
        return read - malformed - duplicate;
    }

    /**
     * @param fields of one of the four groupings
     * @param fromMinute since the epoch, inclusive
     * @return the sums of each interval, under its first minute; of all time under minute 0
     */
    public Map<Row, long[]> by(Interval interval, List<String> fields, long fromMinute) {
        Map<Row, long[]> all = new HashMap<>();
        sums.get(fields).forEach((row, values) -> {
            if (row.minute() >= fromMinute) {
                addTo(all.computeIfAbsent(row.in(interval), r -> zeros()), values);
            }
        });
        return all;
    }

    /** One grand total per measure; every grouping gives the same. */
    public Map<String, Long> grand() {
        long[] all = zeros();
        sums.get(Grouping.AGGREGATOR_CHANNEL.fields()).values().forEach(values -> addTo(all, values));
        Map<String, Long> named = new HashMap<>();
        for (int i = 0; i < all.length; i++) {
            named.put(Sums.NAMES.get(i), all[i]);
        }
        return named;
    }

    static long[] zeros() {
        return new long[Sums.NAMES.size()];
    }

    private static void addTo(long[] sums, long[] values) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += values[i];
        }
    }
}
