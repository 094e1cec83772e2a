package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.decision.Exclusion;
import io.datastreamx.contract.decision.ExclusionReason;
import io.datastreamx.contract.decision.Position;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.policy.AggregatorTerms;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The routing policy: guardrails, then a ranking by what a place in the chain of attempts is worth, then an order drawn
 * with inverse-gap-weighted propensities by a salted hash of the request. Where the policy has a canary, the box draws
 * which model decides. A request past its deadline is {@code expired}, and nobody is looked at for it.
 */
public final class InverseGapWeighting implements RoutingPolicy {
    private static final double MILLION = 1e6;

    @Override
    public Decision decide(AdRequest request, Instant decisionTime, PolicySnapshot inForce) {
        PolicySnapshot snapshot = inForce.deciding(request);
        Instant time = decisionTime.truncatedTo(ChronoUnit.MILLIS);
        if (!time.isBefore(request.deadline())) {
            return unrouted(request, time, DecisionStatus.EXPIRED, snapshot, List.of());
        }
        List<AggregatorTerms> eligible = new ArrayList<>();
        List<Exclusion> excluded = new ArrayList<>();
        Draw draw = new Draw(snapshot.policy().salt(), request);
        Guardrails guardrails = new Guardrails(request, time, snapshot, draw);
        for (AggregatorTerms aggregator : snapshot.policy().aggregators()) {
            Optional<ExclusionReason> reason = guardrails.against(aggregator);
            if (reason.isPresent()) {
                excluded.add(new Exclusion(aggregator.aggregatorId(), reason.get()));
            } else {
                eligible.add(aggregator);
            }
        }
        AdSlot slot = AdSlot.of(request, time);
        OrderOdds odds = OrderOdds.of(snapshot, slot, time, eligible);
        odds.saved()
                .forEach(aggregator ->
                        excluded.add(new Exclusion(aggregator.aggregatorId(), ExclusionReason.CAP_SAVED)));
        return odds.ranked().isEmpty()
                ? unrouted(request, time, DecisionStatus.NO_CANDIDATE, snapshot, excluded)
                : routed(request, time, snapshot, odds, Order.drawn(odds, draw), slot.timeLeftMs(), excluded);
    }

    private static Decision routed(
            AdRequest request,
            Instant time,
            PolicySnapshot snapshot,
            OrderOdds odds,
            Order order,
            long timeLeftMs,
            List<Exclusion> excluded) {
        double[] propensities = odds.next();
        List<Candidate> ranked = new ArrayList<>(propensities.length);
        for (int i = 0; i < propensities.length; i++) {
            ranked.add(candidate(odds.ranked().get(i), propensities[i]));
        }
        Position first = order.positions().get(0);
        return new Decision(
                request,
                time,
                DecisionStatus.ROUTED,
                ranked,
                order.positions(),
                first.aggregatorId(),
                first.propensity(),
                order.explores(),
                odds.chainValueMicros(order.candidates(), timeLeftMs),
                snapshot.snapshotId(),
                snapshot.policy().policyVersion(),
                snapshot.modelVersion(),
                snapshot.featuresVersion(),
                excluded);
    }

    private static Candidate candidate(Scored scored, double propensity) {
        String id = scored.aggregator().aggregatorId();
        Expectation expected = scored.expected();
        return expected == null
                ? new Candidate(id, scored.scoreMicros(), propensity)
                : new Candidate(
                        id,
                        scored.scoreMicros(),
                        propensity,
                        Math.rint(expected.fill() * MILLION) / MILLION,
                        Math.max(0, Math.round(scored.netMicros())),
                        Math.round(expected.answerMs()));
    }

    private static Decision unrouted(
            AdRequest request, Instant time, DecisionStatus status, PolicySnapshot snapshot, List<Exclusion> excluded) {
        return Decision.unrouted(
                request,
                time,
                status,
                snapshot.snapshotId(),
                snapshot.policy().policyVersion(),
                snapshot.modelVersion(),
                excluded);
    }
}
