package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.ExclusionReason;
import io.datastreamx.contract.policy.AggregatorTerms;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Who may not be asked, and why; the first reason that holds, from the most general to the most passing one. */
final class Guardrails {
    /** With less time left than this no answer over HTTP is to be expected. */
    static final Duration LEAST_TIME = Duration.ofMillis(20);

    private final AdRequest request;
    private final PolicySnapshot snapshot;
    private final Draw draw;
    private final boolean capsHold;
    private final boolean tooLate;

    Guardrails(AdRequest request, Instant decisionTime, PolicySnapshot snapshot, Draw draw) {
        this.draw = draw;
        this.request = request;
        this.snapshot = snapshot;
        this.capsHold = snapshot.capsHold(decisionTime);
        this.tooLate = Duration.between(decisionTime, request.deadline()).compareTo(LEAST_TIME) < 0;
    }

    /** Empty where the aggregator is a candidate. */
    Optional<ExclusionReason> against(AggregatorTerms aggregator) {
        String id = aggregator.aggregatorId();
        if (snapshot.policy().killSwitch()) {
            return Optional.of(ExclusionReason.KILL_SWITCH);
        } else if (!aggregator.enabled()) {
            return Optional.of(ExclusionReason.DISABLED);
        } else if (request.currency() != null && !request.currency().equals(aggregator.currency())) {
            return Optional.of(ExclusionReason.WRONG_CURRENCY);
        } else if (aggregator.maxPriceMicros() < request.bidFloorMicros()) {
            return Optional.of(ExclusionReason.BELOW_FLOOR);
        } else if (capsHold && snapshot.exhausted().contains(id)) {
            return Optional.of(ExclusionReason.CAP_REACHED);
        } else if (tooLate) {
            return Optional.of(ExclusionReason.TOO_SLOW);
        } else if (snapshot.unhealthy().contains(id)
                && draw.probe(id) >= snapshot.policy().probeShare()) {
            return Optional.of(ExclusionReason.UNHEALTHY);
        }
        return Optional.empty();
    }
}
