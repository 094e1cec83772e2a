package io.datastreamx.simulator.lab;

import io.datastreamx.contract.decision.Decision;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.log.Odds;
import java.time.Instant;
import java.util.List;

/** A decision with what followed, as the decision log has it. */
final class DecisionRows {
    private DecisionRows() {}

    static DecisionRow of(
            Decision decision,
            Instant loggedAt,
            List<AttemptRow> attempts,
            Instant completedAt,
            Instant completedArrival) {
        return new DecisionRow(
                decision.request().requestId(),
                decision.request().context(),
                decision.request().time(),
                decision.request().arrival(),
                decision.time(),
                loggedAt,
                decision.request().tmaxMs(),
                decision.request().bidFloorMicros(),
                decision.ranked().stream()
                        .map(candidate -> new Odds(candidate.aggregatorId(), candidate.propensity()))
                        .toList(),
                decision.order().stream()
                        .map(position -> new Odds(position.aggregatorId(), position.propensity()))
                        .toList(),
                decision.policyVersion(),
                decision.modelVersion(),
                attempts,
                completedAt,
                completedArrival);
    }
}
