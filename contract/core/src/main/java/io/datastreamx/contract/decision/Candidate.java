package io.datastreamx.contract.decision;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An aggregator that could take the request, with what is expected of asking it.
 *
 * @param aggregatorId the aggregator
 * @param scoreMicros what it is worth to ask it now, by which candidates are ranked: with a model what a place in the
 *     chain of attempts is worth with it, else its expected earnings; micro-units per thousand such requests
 * @param propensity probability of being asked first; those of one decision add up to 1
 * @param fill probability that it fills within its time limit, to six decimals; null where no model speaks
 * @param valueMicros expected earnings of a fill (P(completion | fill) · CPM price), less what its cap makes a fill
 *     cost, micro-units per thousand fills; 0 where that is more. Null where no model speaks
 * @param answerMs expected time until it answers or is given up, milliseconds; null where no model speaks
 */
public record Candidate(
        String aggregatorId, long scoreMicros, double propensity, Double fill, Long valueMicros, Long answerMs) {
    /** One of which no model speaks. */
    public Candidate(String aggregatorId, long scoreMicros, double propensity) {
        this(aggregatorId, scoreMicros, propensity, null, null, null);
    }

    /** @param entry of a valid decision's {@code ranked} */
    static Candidate of(Map<String, Object> entry) {
        return new Candidate(
                (String) entry.get("aggregator_id"),
                (Long) entry.get("score_micros"),
                (Double) entry.get("propensity"),
                (Double) entry.get("fill"),
                (Long) entry.get("value_micros"),
                (Long) entry.get("answer_ms"));
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("aggregator_id", aggregatorId);
        fields.put("score_micros", scoreMicros);
        fields.put("propensity", propensity);
        if (fill != null) {
            fields.put("fill", fill);
            fields.put("value_micros", valueMicros);
            fields.put("answer_ms", answerMs);
        }
        return fields;
    }
}
