package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import java.time.Instant;

/** Chooses the aggregator for a request. */
public interface RoutingPolicy {
    /**
     * A pure function: the same arguments give the same decision, on any machine, at any time. Never throws for lack of
     * a candidate.
     *
     * @param request valid by the contract
     * @param decisionTime the moment of deciding; parts below a millisecond do not count, since a decision event does
     *     not keep them
     * @param snapshot what is in force
     */
    Decision decide(AdRequest request, Instant decisionTime, PolicySnapshot snapshot);
}
