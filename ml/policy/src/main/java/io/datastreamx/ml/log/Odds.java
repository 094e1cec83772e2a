package io.datastreamx.ml.log;

import java.util.Objects;

/**
 * An aggregator with the odds that it had.
 *
 * @param aggregatorId the aggregator
 * @param propensity in {@code ranked} the probability of being asked first; in {@code order} the probability of
 *     standing at this position, given those before it
 */
public record Odds(String aggregatorId, double propensity) {
    public Odds {
        Objects.requireNonNull(aggregatorId, "aggregator_id of odds");
    }
}
