package io.datastreamx.ml.training;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** IPS and SNIPS from sums alone, so that one pass over the log suffices; the error of SNIPS by the delta method. */
final class ImportanceSampling implements Evaluator {
    private static final double NORMAL_95 = 1.959963984540054;

    @Override
    public Estimate estimate(Dataset<Row> decisions, String weight) {
        Row sums = decisions
                .selectExpr(weight + " AS w", "reward AS r")
                .selectExpr(
                        "count(1)",
                        "coalesce(sum(w), 0D)",
                        "coalesce(sum(w * w), 0D)",
                        "coalesce(sum(w * r), 0D)",
                        "coalesce(sum(w * w * r), 0D)",
                        "coalesce(sum(w * w * r * r), 0D)",
                        "coalesce(max(w), 0D)")
                .first();
        long n = sums.getLong(0);
        double w = sums.getDouble(1);
        double ww = sums.getDouble(2);
        if (n == 0 || w == 0) {
            return new Estimate(n, 0, 0, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, 0, 0, 0);
        }
        double value = sums.getDouble(3) / w;
        double spread = sums.getDouble(5) - 2 * value * sums.getDouble(4) + value * value * ww;
        double error = Math.sqrt(Math.max(0, spread)) / w;
        return new Estimate(
                n,
                sums.getDouble(3) / n,
                value,
                error,
                value - NORMAL_95 * error,
                value + NORMAL_95 * error,
                w * w / ww,
                w / n,
                sums.getDouble(6));
    }
}
