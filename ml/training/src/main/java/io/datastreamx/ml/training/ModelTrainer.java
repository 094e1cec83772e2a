package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.AggregatorProfile;
import io.datastreamx.ml.policy.AnswerTimes;
import io.datastreamx.ml.policy.FeatureEncoder;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.PriceSpread;
import io.datastreamx.ml.policy.TrainingInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Makes a model file of a window: a family's probabilities, prices, answer times, and what the last day says. */
final class ModelTrainer {
    private static final String ANSWERED =
            "outcome NOT IN ('%s', '%s')".formatted(ResponseOutcome.TIMEOUT.code(), LearningWindow.UNANSWERED);

    private final LearningWindow window;
    private final PolicyDocument policy;
    private final long seed;

    /** @param policy whose aggregators' terms bound what is learned of them */
    ModelTrainer(LearningWindow window, PolicyDocument policy, long seed) {
        this.window = window;
        this.policy = policy;
        this.seed = seed;
    }

    /** Of the earlier parts: trained on the first, calibrated on the second, to be judged on the third. */
    ModelDocument toBeJudged(Family family, String version, TrainingInfo info) {
        Dataset<Row> train = Kept.of(window.attempts(LearningWindow.TRAIN));
        Dataset<Row> calibrate = Kept.of(window.attempts(LearningWindow.CALIBRATION));
        try {
            Family.Fitted fitted = family.fit(
                    train.where(ANSWERED),
                    train.where("fill"),
                    Family.Calibrating.on(firsts(calibrate).where(ANSWERED), calibrate.where("fill")),
                    seed);
            return document(version, fitted, train.union(calibrate), calibrate, info);
        } finally {
            train.unpersist();
            calibrate.unpersist();
        }
    }

    /**
     * Of everything in the window, by the way that was judged.
     *
     * @param judged whose calibration curves are kept: there is nothing left to learn others from
     */
    ModelDocument onEverything(Family family, ModelDocument judged, String version, TrainingInfo info) {
        Dataset<Row> all =
                Kept.of(window.attempts(LearningWindow.TRAIN, LearningWindow.CALIBRATION, LearningWindow.HOLDOUT));
        try {
            Family.Fitted fitted =
                    family.fit(all.where(ANSWERED), all.where("fill"), Family.Calibrating.as(judged), seed);
            return document(version, fitted, all, latest(all), info);
        } finally {
            all.unpersist();
        }
    }

    private ModelDocument document(
            String version, Family.Fitted fitted, Dataset<Row> all, Dataset<Row> newest, TrainingInfo info) {
        Map<String, Long> most = policy.aggregators().stream()
                .collect(Collectors.toMap(AggregatorTerms::aggregatorId, AggregatorTerms::maxPriceMicros));
        Map<String, Long> prices = PriceTable.of(all.where("fill").withColumn("latest", expr(isLatest())), most);
        ModelDocument bare = document(version, fitted, prices, Map.of(), info);
        ServedModel served = new ServedModel(bare.write(), policy);
        Dataset<Row> firsts = firsts(newest).where(ANSWERED);
        Map<String, Double> fillShifts = Shifts.of(firsts, col("fill"), served.fillProbability());
        Map<String, Double> completionShifts =
                Shifts.of(newest.where("fill"), col("completed"), served.completionProbability());
        Map<String, List<AnswerTimes>> times = AnswerTimesTable.of(all);
        Map<String, PriceSpread> spreads = spreads(all.where("fill"), served);
        Set<String> known = new TreeSet<>(fillShifts.keySet());
        known.addAll(completionShifts.keySet());
        known.addAll(times.keySet());
        Map<String, AggregatorProfile> profiles = new HashMap<>();
        for (String id : known) {
            profiles.put(
                    id,
                    new AggregatorProfile(
                            fillShifts.getOrDefault(id, 0.0),
                            completionShifts.getOrDefault(id, 0.0),
                            times.getOrDefault(id, List.of()),
                            spreads.get(id)));
        }
        return document(version, fitted, prices, profiles, info);
    }

    private static ModelDocument document(
            String version,
            Family.Fitted fitted,
            Map<String, Long> prices,
            Map<String, AggregatorProfile> profiles,
            TrainingInfo info) {
        return new ModelDocument(
                version,
                FeatureEncoder.VERSION,
                fitted.features(),
                fitted.fill(),
                fitted.completion(),
                prices,
                profiles,
                info,
                fitted.forest());
    }

    private static Map<String, PriceSpread> spreads(Dataset<Row> fills, ServedModel served) {
        Map<String, PriceSpread> spreads = new HashMap<>();
        fills.withColumn("expected", served.priceMicros())
                .where("expected > 0")
                .withColumn("ratio", expr("least(%sD, price_micros / expected)".formatted(PriceSpread.CLIP)))
                .groupBy("aggregator_id")
                .agg(
                        expr("sum(weight * ratio) / sum(weight)").as("mean"),
                        expr("sum(weight * ratio * ratio) / sum(weight)").as("squares"))
                .where("mean > 0")
                .collectAsList()
                .forEach(row -> spreads.put(
                        row.getString(0),
                        new PriceSpread(
                                Math.min(PriceSpread.CLIP, row.getDouble(1)),
                                Math.max(
                                        0,
                                        Math.min(
                                                PriceSpread.CLIP * PriceSpread.CLIP,
                                                row.getDouble(2) - row.getDouble(1) * row.getDouble(1))))));
        return spreads;
    }

    private Dataset<Row> latest(Dataset<Row> attempts) {
        return attempts.where(isLatest());
    }

    private String isLatest() {
        long from = window.end().toEpochMilli() - LearningWindow.LATEST.toMillis();
        return "unix_millis(logged_at) > " + from;
    }

    /** First attempts were drawn with known odds, given the context; fallbacks were made where others failed. */
    static Dataset<Row> firsts(Dataset<Row> attempts) {
        return attempts.where("position = 1");
    }
}
