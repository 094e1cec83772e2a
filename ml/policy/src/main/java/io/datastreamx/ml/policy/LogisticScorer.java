package io.datastreamx.ml.policy;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.policy.AggregatorTerms;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Scores with two logistic regressions: P(fill in time) · P(complete | fill) · CPM price. Probabilities equal those of
 * MLlib's {@code transform} to 1e-9. {@link StrictMath} makes them the same bits on every machine, so that a decision
 * can be replayed anywhere.
 */
public final class LogisticScorer implements Scorer {
    private static final Weights NO_WEIGHTS = new Weights();

    private final LogisticModel fill;
    private final LogisticModel completion;
    private final IsotonicCurve fillCurve;
    private final IsotonicCurve completionCurve;
    private final Weights shared = new Weights();
    private final Map<String, Weights> byAggregator = new HashMap<>();
    private final Map<String, Prices> prices = new HashMap<>();

    public LogisticScorer(ModelDocument model) {
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
    }

    @Override
    public long scoreMicros(Context context, Instant time, AggregatorTerms aggregator) {
        String id = aggregator.aggregatorId();
        Prices known = prices.get(id);
        long price =
                known == null ? aggregator.contractPriceMicros() : known.of(context, aggregator.contractPriceMicros());
        return Math.round(fillProbability(context, time, id) * completionProbability(context, time, id) * price);
    }

    /** P(the aggregator fills in time), calibrated. */
    public double fillProbability(Context context, Instant time, String aggregatorId) {
        return fillCurve.at(rawFillProbability(context, time, aggregatorId));
    }

    /** P(the ad is watched to its end | fill), calibrated. */
    public double completionProbability(Context context, Instant time, String aggregatorId) {
        return completionCurve.at(rawCompletionProbability(context, time, aggregatorId));
    }

    /** The regression's own probability of a fill, before calibration. */
    public double rawFillProbability(Context context, Instant time, String aggregatorId) {
        return probability(fill.intercept(), Weights.FILL, context, time, aggregatorId);
    }

    /** The regression's own probability of completion, before calibration. */
    public double rawCompletionProbability(Context context, Instant time, String aggregatorId) {
        return probability(completion.intercept(), Weights.COMPLETION, context, time, aggregatorId);
    }

    private double probability(double intercept, int model, Context context, Instant time, String aggregatorId) {
        double margin = intercept
                + shared.sum(model, context, time)
                + byAggregator.getOrDefault(aggregatorId, NO_WEIGHTS).sum(model, context, time);
        return 1.0 / (1.0 + StrictMath.exp(-margin));
    }
}
