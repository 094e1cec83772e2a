package io.datastreamx.contract.decision;

import java.util.Map;

/**
 * A place in the order in which aggregators are asked.
 *
 * @param aggregatorId who is asked there
 * @param propensity probability that it stands there, given those that stand before it; 1 where nothing was drawn. The
 *     probability of the whole order is the product
 */
public record Position(String aggregatorId, double propensity) {
    /** @param entry of a valid decision's {@code order} */
    static Position of(Map<String, Object> entry) {
        return new Position((String) entry.get("aggregator_id"), (Double) entry.get("propensity"));
    }

    Map<String, Object> fields() {
        return Map.of("aggregator_id", aggregatorId, "propensity", propensity);
    }
}
