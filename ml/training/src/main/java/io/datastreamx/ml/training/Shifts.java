package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.ml.policy.AggregatorProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Calibration by aggregator: how far the log-odds of a prediction must move for the newest rows to be as likely as they
 * can be, shrunk to 0 where there are few. One number each, so a day is enough to learn it.
 */
final class Shifts {
    /** Standard deviation of a shift before anything is seen. */
    private static final double PRIOR = 0.5;

    private static final int STEPS = 30;
    private static final double SLICES = 500;

    private Shifts() {}

    /**
     * @param rows newest rows
     * @param label column, 0 or 1
     * @param predicted column: its probability as predicted
     * @return by aggregator
     */
    static Map<String, Double> of(Dataset<Row> rows, Column label, Column predicted) {
        List<Row> sums = rows.select(col("aggregator_id"), label.cast("double").as("label"), predicted.as("predicted"))
                .groupBy(
                        col("aggregator_id"),
                        expr("round(predicted * %sD)".formatted(SLICES)).as("slice"))
                .agg(expr("count(1)"), expr("sum(label)"), expr("avg(predicted)"))
                .collectAsList();
        Map<String, List<double[]>> byAggregator = new HashMap<>();
        for (Row row : sums) {
            byAggregator
                    .computeIfAbsent(row.getString(0), id -> new ArrayList<>())
                    .add(new double[] {row.getLong(2), row.getDouble(3), row.getDouble(4)});
        }
        Map<String, Double> shifts = new HashMap<>();
        byAggregator.forEach((id, slices) -> shifts.put(id, shift(slices)));
        return shifts;
    }

    /** Newton's method on a concave function of one number. */
    private static double shift(List<double[]> slices) {
        double shift = 0;
        for (int step = 0; step < STEPS; step++) {
            double slope = -shift / (PRIOR * PRIOR);
            double curvature = 1 / (PRIOR * PRIOR);
            for (double[] slice : slices) {
                double odds = slice[2] / (1 - Math.min(slice[2], 1 - 1e-12)) * Math.exp(shift);
                double probability = odds / (1 + odds);
                slope += slice[1] - slice[0] * probability;
                curvature += slice[0] * probability * (1 - probability);
            }
            double move = Math.max(-1, Math.min(1, slope / curvature));
            shift = Math.max(-AggregatorProfile.MOST_SHIFT, Math.min(AggregatorProfile.MOST_SHIFT, shift + move));
        }
        return shift;
    }
}
