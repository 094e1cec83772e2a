package io.datastreamx.contract.bigquery;

import io.datastreamx.contract.measure.DerivedMeasure;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import java.util.ArrayList;
import java.util.List;

/** What is computed from sums when a report is read, as GoogleSQL over columns with the sums' names. The tests hold each against the contract's own formula. */
public final class Derived {
    private static final String BUCKETS = "latency_buckets";

    private Derived() {}

    /** @return null where the denominator is zero */
    public static String sql(DerivedMeasure measure) {
        return switch (measure) {
            // prices are never negative, so that truncation is floor
            case REVENUE_MICROS -> "DIV(" + Measure.COMPLETED_PRICE_MICROS.column() + " + 500, 1000)";
            case ECPM_MICROS ->
                sql(DerivedMeasure.REVENUE_MICROS) + " * 1000 / NULLIF(" + Measure.IMPRESSIONS.column() + ", 0)";
            case FILL_RATE, RENDER_RATE, COMPLETION_RATE, TIMEOUT_RATE ->
                measure.inputs().get(0).column() + " / NULLIF("
                        + measure.inputs().get(1).column() + ", 0)";
        };
    }

    /** A column of all buckets of the latency histogram, to be selected beside the sums with the buckets summed: {@code SUM(bucket)}. */
    static String buckets() {
        List<String> structs = new ArrayList<>();
        int low = 0;
        List<LatencyHistogram.Bucket> buckets = LatencyHistogram.buckets();
        for (int i = 0; i < LatencyHistogram.BOUNDS.size(); i++) {
            int high = LatencyHistogram.BOUNDS.get(i);
            String names = i == 0 ? "STRUCT(%d AS low, %d AS high, SUM(%s) AS n)" : "(%d, %d, SUM(%s))";
            structs.add(String.format(names, low, high, buckets.get(i).column()));
            low = high;
        }
        return "[" + String.join(", ", structs) + "] AS " + BUCKETS;
    }

    /**
     * {@link LatencyHistogram#percentile} over the column that {@link #buckets} made: linear within the bucket, the last bound where the answer lies beyond.
     *
     * @param total SQL of the number of responses in all buckets
     * @param percent such as 95
     */
    static String percentile(String total, int percent) {
        String rank = percent / 100.0 + " * " + total;
        return "IF(" + total + " = 0, NULL, IFNULL((\n    SELECT low + (high - low) * (" + rank
                + " - seen) / n\n    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY high) - n AS seen FROM UNNEST("
                + BUCKETS + "))\n    WHERE n > 0 AND seen + n >= " + rank + "\n    ORDER BY high LIMIT 1), "
                + LatencyHistogram.BOUNDS.get(LatencyHistogram.BOUNDS.size() - 1) + "))";
    }

    /** The sum of all buckets, the open one included. */
    static String total() {
        return String.join(
                " + ",
                LatencyHistogram.buckets().stream()
                        .map(bucket -> "SUM(" + bucket.column() + ")")
                        .toList());
    }
}
