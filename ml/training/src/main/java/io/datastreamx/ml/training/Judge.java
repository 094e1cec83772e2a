package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.bounds.ConfidenceSequence;
import io.datastreamx.ml.bounds.Interval;
import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Estimates;
import io.datastreamx.ml.evaluation.Estimator;
import io.datastreamx.ml.evaluation.Term;
import io.datastreamx.ml.policy.ModelDocument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Judges a model on the latest part of the log, which its training did not see. */
final class Judge {
    /**
     * Held-out decisions beyond these tell nothing new and take long; they are chosen by a hash of the request's id.
     */
    static final long MOST_DECISIONS = 400_000;

    private static final int RESAMPLES = 1_000;
    private static final int HOURS_PER_SEGMENT = 6;

    private final LearningWindow window;
    private final PolicyDocument inForce;
    private final Champion champion;
    private final byte[] championFile;
    private final long seed;
    /** Share of the positive ones in what was trained on, by label; asked for once, however many models are judged. */
    private final Map<String, Double> trainedShares = new HashMap<>();

    /**
     * The model in force.
     *
     * @param document null where there is none
     * @param family null where it is not known
     */
    record Champion(ModelDocument document, String family) {
        static final Champion NONE = new Champion(null, null);
    }

    Judge(LearningWindow window, PolicyDocument inForce, Champion champion, long seed) {
        this.window = window;
        this.inForce = inForce;
        this.champion = champion;
        this.championFile =
                champion.document() == null ? null : champion.document().write();
        this.seed = seed;
    }

    /** @param policy with which the candidate would be in force */
    Evaluation of(ModelDocument candidate, String family, PolicyDocument policy) {
        byte[] file = candidate.write();
        PolicyDocument proposed = Replay.proposed(policy, new ArtifactRef(candidate.modelVersion(), "candidate", ""));
        ServedModel model = new ServedModel(file, proposed);
        Replay.Part replayed = new Replay(file, championFile, inForce, proposed).of(heldOut());
        Dataset<Row> attempts = Kept.of(window.attempts(LearningWindow.HOLDOUT));
        try {
            return found(
                    candidate.modelVersion(),
                    family,
                    replayed,
                    quality(ModelTrainer.firsts(attempts), "fill", model.expectedFill()),
                    quality(attempts.where("fill"), "completed", model.completionProbability()),
                    reliability(attempts, model),
                    file.length,
                    attempts);
        } finally {
            attempts.unpersist();
        }
    }

    /**
     * By the scores of another program. Of the probabilities themselves nothing is said.
     *
     * @param scores of {@link Scores#of}; requests that they do not speak of are not judged
     */
    Evaluation ofScores(Dataset<Row> scores, String name) {
        PolicyDocument proposed = Replay.proposed(inForce, new ArtifactRef(name, "scores", ""));
        Replay.Part replayed =
                new Replay(null, championFile, inForce, proposed).of(heldOut().join(scores, "request_id"));
        Dataset<Row> attempts = Kept.of(window.attempts(LearningWindow.HOLDOUT));
        try {
            Quality unknown = new Quality(0, 0, 0, 0, 0, 0);
            return found(name, "scores", replayed, unknown, unknown, List.of(), 0, attempts);
        } finally {
            attempts.unpersist();
        }
    }

    private Dataset<Row> heldOut() {
        Dataset<Row> heldOut = window.decisions(LearningWindow.HOLDOUT);
        long rows = heldOut.count();
        return rows > MOST_DECISIONS
                ? heldOut.where("pmod(xxhash64(request_id), " + rows + ") < " + MOST_DECISIONS)
                : heldOut;
    }

    private Evaluation found(
            String version,
            String family,
            Replay.Part replayed,
            Quality fill,
            Quality completion,
            List<Evaluation.Reliability> reliability,
            long bytes,
            Dataset<Row> attempts) {
        List<Term> ours = terms(replayed, Replay.Judged::candidate);
        List<Term> theirs = terms(replayed, Replay.Judged::champion);
        List<Term> any = terms(replayed, Replay.Judged::uniform);
        ServedModel old = championFile == null ? null : new ServedModel(championFile, inForce);
        return new Evaluation(
                version,
                family,
                champion.document() == null ? null : champion.document().modelVersion(),
                champion.family(),
                replayed.decisions().size(),
                replayed.skipped(),
                mean(replayed, Replay.Judged::reward),
                estimates(ours, Estimator.values()),
                estimates(theirs, Estimator.values()),
                estimates(any, Estimator.IPS, Estimator.SNIPS),
                Arrays.stream(Estimator.values())
                        .map(estimator -> Estimates.difference(estimator, ours, theirs))
                        .toList(),
                Estimates.bootstrap(Estimator.DR, ours, theirs, RESAMPLES, seed),
                anytime(ours, theirs),
                replayed.support().odds(),
                replayed.support().refusals(),
                replayed.support().unsupportedShare(),
                fill,
                completion,
                old == null ? null : quality(ModelTrainer.firsts(attempts), "fill", old.expectedFill()),
                old == null ? null : quality(attempts.where("fill"), "completed", old.completionProbability()),
                reliability,
                segments(replayed),
                mean(replayed, Replay.Judged::candidateMs),
                mean(replayed, Replay.Judged::championMs),
                bytes,
                measuredEcpm(),
                evidence());
    }

    private static List<Term> terms(Replay.Part replayed, Function<Replay.Judged, Term> whose) {
        return replayed.decisions().stream().map(whose).toList();
    }

    private static List<Estimate> estimates(List<Term> terms, Estimator... estimators) {
        return Arrays.stream(estimators)
                .map(estimator -> Estimates.of(estimator, terms))
                .toList();
    }

    private static double mean(Replay.Part replayed, java.util.function.ToDoubleFunction<Replay.Judged> what) {
        return replayed.decisions().stream().mapToDouble(what).average().orElse(0);
    }

    /**
     * Within the range that the differences have shown: a range that was known before would be as wide as the heaviest
     * weight that is possible, and say nothing.
     */
    private static Interval anytime(List<Term> ours, List<Term> theirs) {
        double[] differences = IntStream.range(0, ours.size())
                .mapToDouble(i -> ours.get(i).doublyRobust() - theirs.get(i).doublyRobust())
                .toArray();
        double most = Arrays.stream(differences).map(Math::abs).max().orElse(0);
        if (!(most > 0)) {
            return new Interval(0, 0);
        }
        return new ConfidenceSequence(-most, most, 1 - Estimates.CONFIDENCE).betting(differences);
    }

    private static List<Evaluation.Segment> segments(Replay.Part replayed) {
        List<Evaluation.Segment> segments = new ArrayList<>();
        segments.addAll(segments("channel", replayed.decisions(), Replay.Judged::channel));
        segments.addAll(segments("region", replayed.decisions(), Replay.Judged::region));
        segments.addAll(segments("hours", replayed.decisions(), judged -> {
            int from = judged.hour() / HOURS_PER_SEGMENT * HOURS_PER_SEGMENT;
            return "%02d-%02d".formatted(from, from + HOURS_PER_SEGMENT);
        }));
        return segments;
    }

    private static List<Evaluation.Segment> segments(
            String by, List<Replay.Judged> decisions, Function<Replay.Judged, String> value) {
        Map<String, List<Replay.Judged>> parts = new TreeMap<>();
        decisions.forEach(judged -> parts.computeIfAbsent(value.apply(judged), v -> new ArrayList<>())
                .add(judged));
        List<Evaluation.Segment> segments = new ArrayList<>();
        parts.forEach((name, part) -> {
            List<Term> ours = part.stream().map(Replay.Judged::candidate).toList();
            List<Term> theirs = part.stream().map(Replay.Judged::champion).toList();
            segments.add(new Evaluation.Segment(
                    by,
                    name,
                    part.size(),
                    Estimates.difference(Estimator.DR, ours, theirs),
                    Estimates.of(Estimator.DR, theirs).value()));
        });
        return segments;
    }

    private List<Evaluation.Reliability> reliability(Dataset<Row> attempts, ServedModel model) {
        Map<String, List<Evaluation.Bin>> bins = new HashMap<>();
        Map<String, double[]> fills = new TreeMap<>();
        ModelTrainer.firsts(attempts)
                .withColumn("p", model.expectedFill())
                .where("p IS NOT NULL")
                .groupBy(col("aggregator_id"), expr("least(9, floor(p * 10))").as("bin"))
                .agg(expr("count(1)"), expr("sum(CAST(fill AS INT))"), expr("sum(p)"), expr("sum(p * (1 - p))"))
                .orderBy("aggregator_id", "bin")
                .collectAsList()
                .forEach(row -> {
                    long n = row.getLong(2);
                    bins.computeIfAbsent(row.getString(0), id -> new ArrayList<>())
                            .add(new Evaluation.Bin(row.getDouble(4) / n, row.getLong(3) / (double) n, n));
                    double[] sums = fills.computeIfAbsent(row.getString(0), id -> new double[4]);
                    sums[0] += n;
                    sums[1] += row.getLong(3);
                    sums[2] += row.getDouble(4);
                    sums[3] += row.getDouble(5);
                });
        Map<String, Row> ends = new HashMap<>();
        attempts.where("fill")
                .withColumn("p", model.completionProbability())
                .withColumn("price", model.priceMicros())
                .where("price IS NOT NULL")
                .groupBy("aggregator_id")
                .agg(
                        expr("count(1)"),
                        expr("sum(CAST(completed AS INT))"),
                        expr("sum(p)"),
                        expr("avg(CAST(price_micros AS DOUBLE))"),
                        expr("avg(price)"))
                .collectAsList()
                .forEach(row -> ends.put(row.getString(0), row));
        List<Evaluation.Reliability> all = new ArrayList<>();
        fills.forEach((id, sums) -> {
            Row end = ends.get(id);
            all.add(new Evaluation.Reliability(
                    id,
                    (long) sums[0],
                    (long) sums[1],
                    sums[2],
                    Math.sqrt(sums[3]),
                    end == null ? 0 : end.getLong(1),
                    end == null ? 0 : end.getLong(2),
                    end == null ? 0 : end.getDouble(3),
                    end == null ? 0 : end.getDouble(4),
                    end == null ? 0 : end.getDouble(5),
                    bins.get(id)));
        });
        return all;
    }

    private Map<String, Long> measuredEcpm() {
        Map<String, Long> measured = new HashMap<>();
        String fill = "attempts[0].outcome = '" + ResponseOutcome.FILL.code() + "'";
        window.decisions(LearningWindow.TRAIN, LearningWindow.CALIBRATION, LearningWindow.HOLDOUT)
                .selectExpr(
                        "`order`[0].aggregator_id AS id",
                        "weight / `order`[0].propensity AS w",
                        "CASE WHEN size(attempts) > 0 AND attempts[0].aggregator_id = `order`[0].aggregator_id AND "
                                + fill
                                + " AND completed_arrival IS NOT NULL THEN CAST(attempts[0].price_micros AS DOUBLE) ELSE 0D END AS r")
                .groupBy("id")
                .agg(expr("sum(w * r) / sum(w)"))
                .collectAsList()
                .forEach(row -> measured.put(row.getString(0), Math.round(row.getDouble(1))));
        return measured;
    }

    private Map<String, Double> evidence() {
        Map<String, Double> evidence = new TreeMap<>();
        window.attempts(LearningWindow.TRAIN, LearningWindow.CALIBRATION, LearningWindow.HOLDOUT)
                .groupBy("aggregator_id")
                .agg(expr("sum(weight)"))
                .collectAsList()
                .forEach(row -> evidence.put(row.getString(0), row.getDouble(1)));
        return evidence;
    }

    private Quality quality(Dataset<Row> rows, String label, Column probability) {
        double constant = trainedShares.computeIfAbsent(label, this::trainedShare);
        double ifPositive = -Math.log(constant);
        double ifNegative = -Math.log(1 - constant);
        Row sums = rows.select(col(label).cast("double").as("y"), probability.as("p"))
                .where("p IS NOT NULL")
                .withColumn("p", expr("least(0.9999D, greatest(0.0001D, p))"))
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

    private double trainedShare(String label) {
        Dataset<Row> attempts = window.attempts(LearningWindow.TRAIN);
        Dataset<Row> trained = label.equals("fill") ? ModelTrainer.firsts(attempts) : attempts.where("fill");
        Row known = trained.agg(avg(col(label).cast("double"))).first();
        return known.isNullAt(0) ? 0.5 : Math.min(0.999, Math.max(0.001, known.getDouble(0)));
    }
}
