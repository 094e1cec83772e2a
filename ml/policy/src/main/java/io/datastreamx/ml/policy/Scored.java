package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.AggregatorTerms;

/**
 * A candidate and what is thought of it.
 *
 * @param merit by which candidates are compared when it is drawn who is asked, not negative
 * @param scoreMicros by which they are ranked and which the decision shows, micro-units, not negative
 * @param expected corrected by what was seen of late; null where no model speaks
 * @param netMicros expected earnings of a fill less what its cap makes a fill cost, micro-units per thousand fills; 0
 *     without a model
 * @param costs whether its cap makes a fill cost anything
 * @param sick whether it is here as a probe
 * @param evidence by how many attempts it is known
 * @param floor least probability of being asked first
 */
record Scored(
        AggregatorTerms aggregator,
        double merit,
        long scoreMicros,
        Expectation expected,
        double netMicros,
        boolean costs,
        boolean sick,
        double evidence,
        double floor) {
    String id() {
        return aggregator.aggregatorId();
    }

    /** Whether a fill is better kept for a dearer request. */
    boolean isSaved() {
        return costs && netMicros <= 0;
    }
}
