package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.AggregatorTerms;
import java.util.HashMap;
import java.util.Map;

/**
 * Estimates with two logistic regressions, calibrated, with the prices and the answer times that the model knows of
 * each aggregator. The regressions' probabilities equal those of MLlib's {@code transform} to 1e-9. {@link StrictMath}
 * makes all of it the same bits on every machine, so that a decision can be replayed anywhere.
 *
 * <p>An aggregator that the model has not seen is taken to pay what its contract says, but no more than the median of
 * those that are known: a wrong contract cannot buy it traffic.
 */
public final class LogisticScorer implements Scorer {
    private static final Weights NO_WEIGHTS = new Weights();

    private final int featuresVersion;
    private final LogisticModel fill;
    private final LogisticModel completion;
    private final IsotonicCurve fillCurve;
    private final IsotonicCurve completionCurve;
    private final Weights shared = new Weights();
    private final Map<String, Weights> byAggregator = new HashMap<>();
    private final Map<String, Prices> prices = new HashMap<>();
    private final Map<String, Profile> profiles = new HashMap<>();
    private final double medianPrice;

    public LogisticScorer(ModelDocument model) {
        featuresVersion = model.featuresVersion();
        fill = model.fill();
        completion = model.completion();
        fillCurve = new IsotonicCurve(fill.calibration());
        completionCurve = new IsotonicCurve(completion.calibration());
        for (int i = 0; i < model.features().size(); i++) {
            FeatureToken feature = FeatureToken.parse(model.features().get(i));
            Weights weights = feature.aggregatorId() == null
                    ? shared
                    : byAggregator.computeIfAbsent(feature.aggregatorId(), id -> new Weights());
            weights.add(
                    feature,
                    fill.coefficients().get(i),
                    completion.coefficients().get(i));
        }
        model.priceMicros().forEach((token, price) -> {
            FeatureToken key = FeatureToken.parse(token);
            prices.computeIfAbsent(key.aggregatorId(), id -> new Prices()).add(key, price);
        });
        prices.values().removeIf(known -> !known.isKnown());
        prices.values().forEach(Prices::complete);
        medianPrice = median(
                prices.values().stream().mapToDouble(Prices::own).sorted().toArray());
        model.aggregators().forEach((id, profile) -> profiles.put(id, new Profile(profile)));
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    @Override
    public Expectation estimate(AdSlot slot, AggregatorTerms aggregator) {
        String id = aggregator.aggregatorId();
        Profile profile = profiles.getOrDefault(id, Profile.UNKNOWN);
        double limitMs = Profile.limitMs(slot, aggregator);
        return new Expectation(
                fillProbability(slot, id) * profile.answered(slot, limitMs),
                completionProbability(slot, id),
                price(slot, aggregator),
                profile.answerMs(slot, limitMs));
    }

    @Override
    public PriceSpread priceSpread(String aggregatorId) {
        return profiles.getOrDefault(aggregatorId, Profile.UNKNOWN).priceSpread();
    }

    @Override
    public int featuresVersion() {
        return featuresVersion;
    }

    /** Above the floor and within what the aggregator pays at most, whatever was learned. */
    private double price(AdSlot slot, AggregatorTerms aggregator) {
        Prices known = prices.get(aggregator.aggregatorId());
        double price = known == null ? Math.min(medianPrice, aggregator.contractPriceMicros()) : known.of(slot);
        return Math.min(aggregator.maxPriceMicros(), Math.max(slot.bidFloorMicros(), price));
    }

    /** P(fill | it answers), calibrated. */
    public double fillProbability(AdSlot slot, String aggregatorId) {
        return profiles.getOrDefault(aggregatorId, Profile.UNKNOWN)
                .fill(fillCurve.at(rawFillProbability(slot, aggregatorId)));
    }

    /** P(the ad is watched to its end | fill), calibrated. */
    public double completionProbability(AdSlot slot, String aggregatorId) {
        return profiles.getOrDefault(aggregatorId, Profile.UNKNOWN)
                .completion(completionCurve.at(rawCompletionProbability(slot, aggregatorId)));
    }

    /** The regression's own probability of a fill, before calibration. */
    public double rawFillProbability(AdSlot slot, String aggregatorId) {
        return probability(fill.intercept(), Weights.FILL, slot, aggregatorId);
    }

    /** The regression's own probability of completion, before calibration. */
    public double rawCompletionProbability(AdSlot slot, String aggregatorId) {
        return probability(completion.intercept(), Weights.COMPLETION, slot, aggregatorId);
    }

    private double probability(double intercept, int model, AdSlot slot, String aggregatorId) {
        double margin = intercept
                + shared.sum(model, slot)
                + byAggregator.getOrDefault(aggregatorId, NO_WEIGHTS).sum(model, slot);
        return 1.0 / (1.0 + StrictMath.exp(-margin));
    }
}
