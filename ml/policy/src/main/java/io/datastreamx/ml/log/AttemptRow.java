package io.datastreamx.ml.log;

import io.datastreamx.contract.event.ResponseOutcome;
import java.util.Objects;

/**
 * One aggregator that dispatch asked for one decision, and how it answered.
 *
 * @param aggregatorId the aggregator
 * @param position in the order of asking, from 1
 * @param outcome how it answered
 * @param latencyMs time that the answer took, or until it was given up, milliseconds
 * @param priceMicros CPM price in micro-units; 0 without a fill
 */
public record AttemptRow(String aggregatorId, int position, ResponseOutcome outcome, long latencyMs, long priceMicros) {
    public AttemptRow {
        Objects.requireNonNull(aggregatorId, "aggregator_id of an attempt");
        Objects.requireNonNull(outcome, "outcome of an attempt");
        if (position < 1) {
            throw new IllegalArgumentException("positions of attempts count from 1, got " + position);
        }
    }
}
