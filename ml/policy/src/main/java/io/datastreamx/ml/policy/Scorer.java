package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.AggregatorTerms;
import java.util.List;

/** What is to be expected of an aggregator. Pure and thread-safe. */
@FunctionalInterface
public interface Scorer {
    /**
     * @param slot what is offered, and how much time there is
     * @param aggregator who would be asked
     */
    Expectation estimate(AdSlot slot, AggregatorTerms aggregator);

    /** Of several for one slot, in their order: the same as one by one, and cheaper where what they share is shared. */
    default Expectation[] estimates(AdSlot slot, List<AggregatorTerms> aggregators) {
        Expectation[] estimates = new Expectation[aggregators.size()];
        for (int i = 0; i < estimates.length; i++) {
            estimates[i] = estimate(slot, aggregators.get(i));
        }
        return estimates;
    }

    /** How the prices of an aggregator's fills scatter about what is expected. */
    default PriceSpread priceSpread(String aggregatorId) {
        return PriceSpread.UNKNOWN;
    }

    /** Version of the features that it reads, as {@link FeatureEncoder#VERSION} counts them. */
    default int featuresVersion() {
        return FeatureEncoder.VERSION;
    }
}
