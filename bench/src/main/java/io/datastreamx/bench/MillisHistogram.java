package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How often a time was how long, in steps of 10 ms up to ten minutes. */
final class MillisHistogram {
    private static final int STEP_MS = 10;
    private static final int STEPS = 60_000;

    private final double[] weights = new double[STEPS];
    private double total;
    private double max;

    void add(double ms, double weight) {
        weights[(int) Math.max(0, Math.min(STEPS - 1, ms / STEP_MS))] += weight;
        total += weight;
        max = Math.max(max, ms);
    }

    /** @return the end of the step in which it lies; 0 without any */
    long percentile(double share) {
        double seen = 0;
        for (int step = 0; step < STEPS; step++) {
            seen += weights[step];
            if (total > 0 && seen >= share * total) {
                return (long) (step + 1) * STEP_MS;
            }
        }
        return 0;
    }

    ObjectNode figures() {
        return Machine.JSON
                .createObjectNode()
                .put("p50", percentile(0.5))
                .put("p95", percentile(0.95))
                .put("p99", percentile(0.99))
                .put("max", Math.round(max));
    }
}
