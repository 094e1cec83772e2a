package io.datastreamx.contract.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * The {@code latency_ms} histogram: how many responses took at most so many milliseconds. The buckets are fixed, each
 * is a column that adds up like any other sum, and a percentile of a merged histogram equals that of the histogram of
 * the merged log.
 */
public final class LatencyHistogram {
    /** Upper bounds in milliseconds, inclusive; one more bucket takes what is slower. */
    public static final List<Integer> BOUNDS = List.of(
            1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 125, 150, 200, 250, 300, 400, 500, 750, 1000, 2000,
            5000);

    private static final int[] UPPER_BOUNDS =
            BOUNDS.stream().mapToInt(Integer::intValue).toArray();
    private static final String CONDITION = "event_type = 'response'";

    private LatencyHistogram() {}

    /**
     * One bucket.
     *
     * @param column its column
     * @param contribution SQL over one row of the raw log: 1 where the event falls into it
     */
    public record Bucket(String column, String contribution) {}

    /** All buckets, fastest first. */
    public static List<Bucket> buckets() {
        List<Bucket> buckets = new ArrayList<>();
        int below = -1;
        for (int bound : BOUNDS) {
            buckets.add(bucket("latency_ms_le_" + bound, "latency_ms > " + below + " AND latency_ms <= " + bound));
            below = bound;
        }
        buckets.add(bucket("latency_ms_gt_" + below, "latency_ms > " + below));
        return buckets;
    }

    private static Bucket bucket(String column, String range) {
        return new Bucket(column, "CASE WHEN " + CONDITION + " AND " + range + " THEN 1 ELSE 0 END");
    }

    /** Index of the bucket that a response falls into. @param latencyMs not negative */
    public static int bucketOf(long latencyMs) {
        for (int i = 0; i < UPPER_BOUNDS.length; i++) {
            if (latencyMs <= UPPER_BOUNDS[i]) {
                return i;
            }
        }
        return UPPER_BOUNDS.length;
    }

    /**
     * The latency that the given share of responses did not exceed, linear within its bucket.
     *
     * @param counts one count per bucket, in the order of {@link #buckets()}
     * @param share in (0, 1]
     * @return milliseconds; NaN without responses; the last bound where the answer lies beyond it
     */
    public static double percentile(long[] counts, double share) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        if (total == 0) {
            return Double.NaN;
        }
        double rank = share * total;
        long seen = 0;
        for (int i = 0; i < BOUNDS.size(); i++) {
            if (counts[i] > 0 && seen + counts[i] >= rank) {
                int low = i == 0 ? 0 : BOUNDS.get(i - 1);
                return low + (BOUNDS.get(i) - low) * (rank - seen) / counts[i];
            }
            seen += counts[i];
        }
        return BOUNDS.get(BOUNDS.size() - 1);
    }
}
