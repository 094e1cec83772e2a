package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.decision.Exclusion;
import io.datastreamx.contract.decision.ExclusionReason;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.policy.AggregatorTerms;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The routing policy: guardrails, then a ranking by expected earnings, then a draw with inverse-gap-weighted
 * propensities that is a salted hash of the request. A request past its deadline is {@code expired}, and nobody is
 * looked at for it.
 */
public final class InverseGapWeighting implements RoutingPolicy {
    @Override
    public Decision decide(AdRequest request, Instant decisionTime, PolicySnapshot snapshot) {
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
        return eligible.isEmpty()
                ? unrouted(request, time, DecisionStatus.NO_CANDIDATE, snapshot, excluded)
                : routed(request, time, snapshot, Ranking.of(eligible, request, snapshot), draw, excluded);
    }

    private static Decision routed(
            AdRequest request,
            Instant time,
            PolicySnapshot snapshot,
            Ranking ranking,
            Draw draw,
            List<Exclusion> excluded) {
        double[] propensities = Propensities.of(ranking.best(), ranking.exploration(), snapshot.unhealthy());
        int chosen = chosen(propensities, draw.choice());
        List<Candidate> ranked = new ArrayList<>(propensities.length);
        for (int i = 0; i < propensities.length; i++) {
            Ranking.Scored scored = ranking.best().get(i);
            ranked.add(new Candidate(scored.aggregator().aggregatorId(), scored.scoreMicros(), propensities[i]));
        }
        return new Decision(
                request,
                time,
                DecisionStatus.ROUTED,
                ranked,
                ranked.get(chosen).aggregatorId(),
                propensities[chosen],
                chosen != 0,
                snapshot.snapshotId(),
                snapshot.policy().policyVersion(),
                snapshot.modelVersion(),
                excluded);
    }

    private static int chosen(double[] propensities, double point) {
        double upTo = 0;
        for (int i = 0; i < propensities.length; i++) {
            upTo += propensities[i];
            if (point < upTo) {
                return i;
            }
        }
        return 0;
    }

    private static Decision unrouted(
            AdRequest request, Instant time, DecisionStatus status, PolicySnapshot snapshot, List<Exclusion> excluded) {
        return new Decision(
                request,
                time,
                status,
                List.of(),
                null,
                0,
                false,
                snapshot.snapshotId(),
                snapshot.policy().policyVersion(),
                snapshot.modelVersion(),
                excluded);
    }
}
