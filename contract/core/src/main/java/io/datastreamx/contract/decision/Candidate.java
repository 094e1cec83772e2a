package io.datastreamx.contract.decision;

import java.util.Map;

/**
 * An aggregator that could take the request.
 *
 * @param aggregatorId the aggregator
 * @param scoreMicros expected earnings, micro-units per thousand such requests
 * @param propensity probability of being chosen first; those of one decision add up to 1
 */
public record Candidate(String aggregatorId, long scoreMicros, double propensity) {
    /** @param entry of a valid decision's {@code ranked} */
    static Candidate of(Map<String, Object> entry) {
        return new Candidate((String) entry.get("aggregator_id"), (Long) entry.get("score_micros"), (Double)
                entry.get("propensity"));
    }

    Map<String, Object> fields() {
        return Map.of("aggregator_id", aggregatorId, "score_micros", scoreMicros, "propensity", propensity);
    }
}
