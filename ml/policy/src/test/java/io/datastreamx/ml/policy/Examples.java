package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** Generated requests, policies and models, from a seed. */
final class Examples {
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    static final List<String> AGGREGATORS = List.of("a0", "a1", "a2", "a3", "a4", "a5");

    private Examples() {}

    static Context context(Random random) {
        return new Context(
                "ch" + random.nextInt(5),
                random.nextInt(4) == 0 ? null : "ch" + random.nextInt(5),
                random.nextInt(3) == 0 ? null : "ad|" + random.nextInt(9) + "%",
                "r" + random.nextInt(3),
                "d" + random.nextInt(3));
    }

    static AdRequest request(String id, Context context) {
        return new AdRequest(id, "box-1", NOON, context, 800, 0, null, null, null, null);
    }

    static AdRequest request(Random random) {
        return request(Long.toHexString(random.nextLong()), context(random));
    }

    static AggregatorTerms terms(String id, int rank, long price) {
        return new AggregatorTerms(id, "http://127.0.0.1:1/" + id, true, rank, price, price * 2, 0, 300, "USD");
    }

    static List<AggregatorTerms> terms(int count, Random random) {
        List<AggregatorTerms> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(terms(AGGREGATORS.get(i), i + 1, 1_000_000 + random.nextInt(9_000_000)));
        }
        return all;
    }

    static PolicyDocument policy(List<AggregatorTerms> aggregators, Exploration exploration) {
        return new PolicyDocument(
                "p1", false, exploration, 0.02, aggregators, Map.of(), new ArtifactRef("m1", "file:///m1", "00"));
    }

    static PolicySnapshot snapshot(PolicyDocument policy, Scorer model) {
        return new PolicySnapshot(policy, Optional.ofNullable(model), Set.of(), null, Set.of(), "policy:1/-/-/-");
    }

    /** One that thinks that all fill at once, and so much of each. */
    static Scorer worth(ToLongFunction<AggregatorTerms> micros) {
        return (slot, aggregator) -> new Expectation(1, 1, micros.applyAsLong(aggregator), 0);
    }

    static AdSlot slot(Context context, Instant time) {
        return new AdSlot(context, time, 0, 300);
    }

    static AdSlot slot(Random random) {
        return new AdSlot(
                context(random),
                NOON.plusSeconds(random.nextInt(864_000)),
                random.nextInt(3) == 0 ? 0 : 1L << random.nextInt(22),
                random.nextInt(400));
    }

    static ModelDocument model(Random random) {
        Set<String> tokens = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            String aggregator = AGGREGATORS.get(random.nextInt(4));
            tokens.addAll(FeatureEncoder.tokens(slot(random), aggregator));
        }
        List<String> features = new FeatureDictionary(List.copyOf(tokens)).tokens();
        Map<String, Long> prices = Map.of(
                FeatureEncoder.priceToken("a0"), 3_000_000L,
                FeatureEncoder.priceToken("a0", "reg", "r1"), 4_000_000L,
                FeatureEncoder.priceToken("a0", "ch", "ch1"), 6_000_000L,
                FeatureEncoder.priceToken("a3"), 1_000_000L);
        Map<String, AggregatorProfile> profiles = Map.of(
                "a0", profile(random),
                "a1", profile(random),
                "a2", new AggregatorProfile(0, 0, List.of(), null));
        return new ModelDocument(
                "m1",
                FeatureEncoder.VERSION,
                features,
                logistic(features.size(), random),
                logistic(features.size(), random),
                prices,
                profiles,
                new TrainingInfo("v1", 41, 17, "run-1", "2026-11-22T12:00:00.000Z", 200));
    }

    private static AggregatorProfile profile(Random random) {
        List<AnswerTimes> parts = new ArrayList<>();
        for (int part = 0; part < 4; part++) {
            parts.add(new AnswerTimes(List.of(20.0, 60.0, 150.0), List.of(0.1, random.nextDouble(0.2, 0.8), 0.9)));
        }
        return new AggregatorProfile(
                random.nextDouble(-2, 2), random.nextDouble(-2, 2), parts, new PriceSpread(0.9, 0.3));
    }

    private static LogisticModel logistic(int size, Random random) {
        double[] coefficients = random.doubles(size, -1, 1).toArray();
        Calibration calibration = Calibration.of(new double[] {0.1, 0.4, 0.4, 0.9}, new double[] {0.05, 0.3, 0.5, 0.8});
        return LogisticModel.of(random.nextDouble() - 0.5, coefficients, calibration);
    }
}
