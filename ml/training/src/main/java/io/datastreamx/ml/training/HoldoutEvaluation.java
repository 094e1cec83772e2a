package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Judges a model file on the latest part of the log, which its training did not see. */
final class HoldoutEvaluation {
    private static final String CANDIDATE = "candidate_weight";
    private static final String UNIFORM = "uniform_weight";
    private static final String LOGGED = "logged_weight";

    private final LearningLog log;
    private final Evaluator evaluator;

    HoldoutEvaluation(LearningLog log, Evaluator evaluator) {
        this.log = log;
        this.evaluator = evaluator;
    }

    Evaluation of(String modelVersion, ServedModel model, CandidatePolicy policy) {
        Quality fill = quality(
                log.firstAttempts(LearningLog.HOLDOUT),
                log.firstAttempts(LearningLog.TRAIN),
                "fill",
                model.fillProbability());
        Quality completion = quality(
                log.fills(LearningLog.HOLDOUT),
                log.fills(LearningLog.TRAIN),
                "completed",
                model.completionProbability());
        Dataset<Row> decisions = log.firstAttempts(LearningLog.HOLDOUT)
                .withColumn(CANDIDATE, policy.weight())
                .withColumn(UNIFORM, expr("1 / size(ranked) / propensity"))
                .withColumn(LOGGED, lit(1.0))
                .select("reward", CANDIDATE, UNIFORM, LOGGED)
                .persist();
        try {
            return new Evaluation(
                    modelVersion,
                    fill,
                    completion,
                    evaluator.estimate(decisions, CANDIDATE),
                    evaluator.estimate(decisions, LOGGED),
                    evaluator.estimate(decisions, UNIFORM),
                    measuredEcpm());
        } finally {
            decisions.unpersist();
        }
    }

    /** Mean earnings of each aggregator's first attempts, each weighted against the odds of being made. */
    private Map<String, Long> measuredEcpm() {
        Map<String, Long> measured = new HashMap<>();
        log.attempts()
                .where("first")
                .groupBy("aggregator_id")
                .agg(expr("sum(reward / propensity) / sum(1 / propensity)"))
                .collectAsList()
                .forEach(row -> measured.put(row.getString(0), Math.round(row.getDouble(1))));
        return measured;
    }

    private static Quality quality(Dataset<Row> rows, Dataset<Row> trained, String label, Column probability) {
        double constant = nullable(trained.agg(avg(col(label).cast("double"))).first());
        double ifPositive = -Math.log(constant);
        double ifNegative = -Math.log(1 - constant);
        Row sums = rows.select(col(label).cast("double").as("y"), probability.as("p"))
                .selectExpr(
                        "y",
                        "p",
                        "least(9, floor(p * 10)) AS bin",
                        "-y * ln(p) - (1 - y) * ln(1 - p) AS loss",
                        "y * %s + (1 - y) * %s AS constant_loss".formatted(ifPositive + "D", ifNegative + "D"))
                .groupBy("bin")
                .agg(
                        expr("count(1)").as("n"),
                        expr("sum(y)").as("positive"),
                        expr("sum(loss)").as("loss"),
                        expr("sum(constant_loss)").as("constant_loss"),
                        expr("sum(pow(loss - constant_loss, 2))").as("squares"),
                        expr("abs(sum(p) - sum(y))").as("gap"))
                .selectExpr(
                        "coalesce(sum(n), 0L)",
                        "coalesce(sum(positive), 0D)",
                        "coalesce(sum(loss), 0D)",
                        "coalesce(sum(constant_loss), 0D)",
                        "coalesce(sum(squares), 0D)",
                        "coalesce(sum(gap), 0D)")
                .first();
        long n = sums.getLong(0);
        if (n == 0) {
            return new Quality(0, 0, 0, 0, 0, 0);
        }
        double loss = sums.getDouble(2) / n;
        double constantLoss = sums.getDouble(3) / n;
        double variance = Math.max(0, sums.getDouble(4) / n - Math.pow(loss - constantLoss, 2));
        return new Quality(
                n, sums.getDouble(1) / n, loss, constantLoss, Math.sqrt(variance / n), sums.getDouble(5) / n);
    }

    private static double nullable(Row row) {
        return row.isNullAt(0) ? 0.5 : row.getDouble(0);
    }
}
