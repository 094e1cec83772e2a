package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Requests, twelve aggregators and a model with nothing behind them, of the size that real ones have: for what decides
 * before there is anything to decide on, to be compiled, and for benchmarks. The same each time.
 */
public final class MadeUpTraffic {
    /** Milliseconds to answer. */
    public static final int TMAX_MS = 300;

    private static final long FLOOR_MICROS = 1_000_000;
    private static final int AGGREGATORS = 12;
    private static final int BOXES = 300_000;
    private static final int CHANNELS = 60;
    private static final int ADS = 300;
    private static final int REGIONS = 10;
    private static final int MODELS = 4;
    private static final int CALIBRATION_STEPS = 40;
    private static final int ANSWER_POINTS = 40;
    private static final long SEED = 11;
    private static final Exploration EXPLORATION = new Exploration(1_000, 0.003);

    private final String currency;
    private final EventWriter writer;
    private final Random draw = new Random(SEED);

    /** @param currency in which money is counted */
    public MadeUpTraffic(String currency) {
        this.currency = currency;
        this.writer = new EventWriter(currency);
    }

    /** A request of one of 300,000 boxes, as it comes: few channels are watched by many. */
    public byte[] request(String requestId, Instant time) {
        double share = draw.nextDouble();
        AdRequest request = new AdRequest(
                requestId,
                "box-%06d".formatted(draw.nextInt(BOXES)),
                time,
                context(
                        (int) (CHANNELS * share * share),
                        draw.nextInt(CHANNELS),
                        draw.nextInt(ADS),
                        draw.nextInt(REGIONS),
                        draw.nextInt(MODELS)),
                TMAX_MS,
                FLOOR_MICROS,
                currency,
                null,
                null,
                null);
        return writer.write(request.toEvent("made-up-" + requestId));
    }

    /** The policy and its model, in force. */
    public PolicySnapshot snapshot() {
        ArtifactRef nowhere = new ArtifactRef("made-up", "file:///made-up", "00");
        return new PolicySnapshot(
                policy(nowhere), Optional.of(new LogisticScorer(model())), Set.of(), null, Set.of(), "made-up/-/-");
    }

    /** A policy whose endpoints nobody listens at. @param model where {@link #model} is kept */
    public PolicyDocument policy(ArtifactRef model) {
        List<AggregatorTerms> terms = IntStream.range(0, AGGREGATORS)
                .mapToObj(i -> new AggregatorTerms(
                        aggregator(i),
                        "http://127.0.0.1:9/" + i,
                        true,
                        i + 1,
                        1_000_000 + 250_000L * i,
                        20_000_000,
                        1_000_000_000,
                        200,
                        currency))
                .toList();
        Map<String, Double> evidence =
                terms.stream().collect(Collectors.toMap(AggregatorTerms::aggregatorId, each -> 10_000.0));
        return new PolicyDocument("made-up", false, EXPLORATION, 0.02, terms, Map.of(), model)
                .learned("made-up", EXPLORATION, 0.02, new Findings(Map.of(), evidence, Map.of()), model)
                .salted("made-up");
    }

    /** Each value of the context alone and crossed with each aggregator. */
    public static ModelDocument model() {
        Set<String> tokens = new TreeSet<>();
        for (int aggregator = 0; aggregator < AGGREGATORS; aggregator++) {
            for (int i = 0; i < ADS; i++) {
                Instant time = Instant.EPOCH.plusSeconds(3_600L * (i % 24));
                tokens.addAll(FeatureEncoder.tokens(
                        new AdSlot(context(i, i, i, i, i), time, FLOOR_MICROS, TMAX_MS), aggregator(aggregator)));
            }
        }
        List<String> features = new FeatureDictionary(new ArrayList<>(tokens)).tokens();
        Random coefficients = new Random(SEED);
        return new ModelDocument(
                "made-up",
                FeatureEncoder.VERSION,
                features,
                logistic(features.size(), coefficients),
                logistic(features.size(), coefficients),
                prices(),
                profiles(),
                new TrainingInfo("none", 0, SEED, "made-up", "1970-01-01T00:00:00.000Z", 0));
    }

    private static Map<String, Long> prices() {
        Map<String, Long> prices = new HashMap<>();
        for (int aggregator = 0; aggregator < AGGREGATORS; aggregator++) {
            long own = 1_000_000 + 250_000L * aggregator;
            prices.put(FeatureEncoder.priceToken(aggregator(aggregator)), own);
            for (int channel = 0; channel < CHANNELS; channel++) {
                String token = FeatureToken.context(ContextField.CHANNEL, "ch-%03d".formatted(channel));
                prices.put(FeatureToken.aggregator(aggregator(aggregator)) + "|" + token, own + 10_000L * channel);
            }
        }
        return prices;
    }

    /** With answer times by the hour. */
    private static Map<String, AggregatorProfile> profiles() {
        Map<String, AggregatorProfile> profiles = new HashMap<>();
        for (int aggregator = 0; aggregator < AGGREGATORS; aggregator++) {
            double slowest = 100 + 10 * aggregator;
            List<Double> ms = IntStream.rangeClosed(1, ANSWER_POINTS)
                    .mapToObj(i -> slowest * i / ANSWER_POINTS)
                    .toList();
            List<Double> answered = IntStream.rangeClosed(1, ANSWER_POINTS)
                    .mapToObj(i -> i / (double) ANSWER_POINTS)
                    .toList();
            List<AnswerTimes> times = Collections.nCopies(24, new AnswerTimes(ms, answered));
            profiles.put(aggregator(aggregator), new AggregatorProfile(0.1, 0.1, times, PriceSpread.UNKNOWN));
        }
        return profiles;
    }

    private static LogisticModel logistic(int features, Random coefficients) {
        double[] steps = IntStream.range(0, CALIBRATION_STEPS)
                .mapToDouble(i -> i / (double) CALIBRATION_STEPS)
                .toArray();
        return LogisticModel.of(0.1, coefficients.doubles(features, -0.5, 0.5).toArray(), Calibration.of(steps, steps));
    }

    private static String aggregator(int number) {
        return "made-up-%02d".formatted(number);
    }

    private static Context context(int channel, int previous, int ad, int region, int model) {
        return new Context(
                "ch-%03d".formatted(channel % CHANNELS),
                "ch-%03d".formatted(previous % CHANNELS),
                "ad-" + ad % ADS,
                "r" + region % REGIONS,
                "m" + model % MODELS);
    }
}
