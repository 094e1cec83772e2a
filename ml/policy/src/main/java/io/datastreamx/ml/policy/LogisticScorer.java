package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.AggregatorTerms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Estimates with two logistic regressions, or with trees on the same scale, calibrated, with the prices and the answer
 * times that the model knows of each aggregator. The regressions' probabilities equal those of MLlib's
 * {@code transform} to 1e-9. {@link StrictMath} makes all of it the same bits on every machine, so that a decision can
 * be replayed anywhere.
 *
 * <p>An aggregator that the model has not seen is taken to pay what its contract says, but no more than the median of
 * those that are known: a wrong contract cannot buy it traffic.
 */
public final class LogisticScorer implements Scorer {
    private static final Weights NO_WEIGHTS = new Weights();
    private static final double[] NOTHING = {0, 0};

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
    private final boolean crossed;
    private final Trees trees;

    public LogisticScorer(ModelDocument model) {
        featuresVersion = model.featuresVersion();
        fill = model.fill();
        completion = model.completion();
        fillCurve = new IsotonicCurve(fill.calibration());
        completionCurve = new IsotonicCurve(completion.calibration());
        boolean pairs = false;
        for (int i = 0; i < model.features().size(); i++) {
            FeatureToken feature = FeatureToken.parse(model.features().get(i));
            pairs |= feature.field() != null && feature.field().isCross();
            Weights weights = feature.aggregatorId() == null
                    ? shared
                    : byAggregator.computeIfAbsent(feature.aggregatorId(), id -> new Weights());
            weights.add(
                    feature,
                    fill.coefficients().get(i),
                    completion.coefficients().get(i));
        }
        crossed = pairs;
        trees = model.forest() == null ? null : new Trees(model.forest());
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
        String[] values = ContextField.valuesIn(slot, crossed);
        return estimate(slot, aggregator, values, shared.sums(values));
    }

    @Override
    public Expectation[] estimates(AdSlot slot, List<AggregatorTerms> aggregators) {
        String[] values = ContextField.valuesIn(slot, crossed);
        double[] all = shared.sums(values);
        Expectation[] estimates = new Expectation[aggregators.size()];
        for (int i = 0; i < estimates.length; i++) {
            estimates[i] = estimate(slot, aggregators.get(i), values, all);
        }
        return estimates;
    }

    private Expectation estimate(AdSlot slot, AggregatorTerms aggregator, String[] values, double[] all) {
        String id = aggregator.aggregatorId();
        Profile profile = profiles.getOrDefault(id, Profile.UNKNOWN);
        double[] raw = raw(id, values, all);
        double limitMs = Profile.limitMs(slot, aggregator);
        return new Expectation(
                profile.fill(fillCurve.at(raw[Weights.FILL])) * profile.answered(slot, limitMs),
                profile.completion(completionCurve.at(raw[Weights.COMPLETION])),
                price(slot, aggregator, values),
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
    private double price(AdSlot slot, AggregatorTerms aggregator, String[] values) {
        Prices known = prices.get(aggregator.aggregatorId());
        double price = known == null ? Math.min(medianPrice, aggregator.contractPriceMicros()) : known.of(values);
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
        return raw(slot, aggregatorId)[Weights.FILL];
    }

    /** The regression's own probability of completion, before calibration. */
    public double rawCompletionProbability(AdSlot slot, String aggregatorId) {
        return raw(slot, aggregatorId)[Weights.COMPLETION];
    }

    private double[] raw(AdSlot slot, String aggregatorId) {
        String[] values = ContextField.valuesIn(slot, crossed);
        return raw(aggregatorId, values, shared.sums(values));
    }

    private double[] raw(String aggregatorId, String[] values, double[] all) {
        double[] own = byAggregator.getOrDefault(aggregatorId, NO_WEIGHTS).sums(values);
        double[] more = trees == null ? NOTHING : trees.margins(aggregatorId, values);
        return new double[] {
            logistic(fill.intercept() + all[Weights.FILL] + own[Weights.FILL] + more[Weights.FILL]),
            logistic(completion.intercept()
                    + all[Weights.COMPLETION]
                    + own[Weights.COMPLETION]
                    + more[Weights.COMPLETION])
        };
    }

    private static double logistic(double margin) {
        return 1.0 / (1.0 + StrictMath.exp(-margin));
    }
}
