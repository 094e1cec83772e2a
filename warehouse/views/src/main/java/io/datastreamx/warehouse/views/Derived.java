package io.datastreamx.warehouse.views;

import io.datastreamx.contract.measure.DerivedMeasure;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import java.util.ArrayList;
import java.util.List;

/**
 * What is computed from sums when a report is read, as GoogleSQL over columns with the sums' names. The tests hold each
 * against the contract's own formula.
 */
public final class Derived {
    private static final String BUCKETS = "latency_buckets";

    private Derived() {}

    /** @return null where the denominator is zero */
    public static String sql(DerivedMeasure measure) {
        return switch (measure) {
            // prices are never negative, so that truncation is floor
            case REVENUE_MICROS ->
                "DIV(" + Measure.COMPLETED_PRICE_MICROS.column() + " - " + Measure.UNFILLED_PRICE_MICROS.column()
                        + " + 500, 1000)";
            case ECPM_MICROS ->
                sql(DerivedMeasure.REVENUE_MICROS) + " * 1000 / NULLIF(" + Measure.IMPRESSIONS.column() + ", 0)";
            case FILL_RATE, RENDER_RATE, COMPLETION_RATE, TIMEOUT_RATE ->
                measure.inputs().get(0).column() + " / NULLIF("
                        + measure.inputs().get(1).column() + ", 0)";
        };
    }

    /**
     * A column of all buckets of the latency histogram, each with its bounds and its sum, to be selected where rows are
     * grouped.
     */
    static String buckets() {
        List<Integer> bounds = LatencyHistogram.BOUNDS;
        int slowest = bounds.get(bounds.size() - 1);
        List<String> structs = new ArrayList<>();
        for (int i = 0; i < LatencyHistogram.buckets().size(); i++) {
            int low = i == 0 ? 0 : bounds.get(i - 1);
            // the open bucket has no width: what lies in it is answered with the last bound
            int high = i < bounds.size() ? bounds.get(i) : slowest;
            String text = i == 0 ? "STRUCT(%d AS low, %d AS high, SUM(%s) AS n)" : "(%d, %d, SUM(%s))";
            structs.add(String.format(
                    text, low, high, LatencyHistogram.buckets().get(i).column()));
        }
        return "[" + String.join(", ", structs) + "] AS " + BUCKETS;
    }

    /**
     * {@link LatencyHistogram#percentile} over the column that {@link #buckets()} made: linear within its bucket, null
     * without responses.
     *
     * @param percent such as 95
     */
    static String percentile(int percent) {
        String rank = percent / 100.0 + " * total";
        return "(\n    SELECT low + (high - low) * (" + rank + " - seen) / n\n    FROM (SELECT low, high, n,"
                + " SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(" + BUCKETS
                + "))\n    WHERE n > 0 AND seen + n >= " + rank + "\n    ORDER BY low LIMIT 1)";
    }
}
