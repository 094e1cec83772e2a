package io.datastreamx.simulator.lab;

import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.CapPlan;
import io.datastreamx.contract.policy.Correction;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.CapPacing;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.PriceSpread;
import io.datastreamx.ml.policy.ResponseWatch;
import io.datastreamx.ml.policy.RoutingPolicy;
import io.datastreamx.ml.policy.Scorer;
import io.datastreamx.simulator.world.AggregatorProfile;
import io.datastreamx.simulator.world.Truth;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The policy as it is shipped: the routers' code decides, the night's code learns, what is seen by the minute corrects
 * it. With another kind it shows what one of its parts is worth.
 */
class LearningPolicy implements LabPolicy {
    /** What of the shipped policy is left out. */
    enum Kind {
        /** Nothing. */
        CHAIN,
        /** Candidates are ranked by their first attempts alone. */
        FIRST,
        /** Nothing is explored once there is a model. */
        GREEDY
    }

    private static final RoutingPolicy ROUTING = new InverseGapWeighting();
    private static final Exploration GREEDY = new Exploration(1e9, 0);
    /** No answer: what comes after it is worth nothing. */
    private static final double NEVER_MS = 1e9;

    private final Kind kind;
    private final Truth truth;
    private final Nights nights;
    private final int requestsPerDay;
    private final Map<String, AggregatorTerms> terms = new HashMap<>();
    private ResponseWatch watch = new ResponseWatch();
    private volatile PolicySnapshot snapshot;
    private volatile Scorer scorer;

    LearningPolicy(Kind kind, Truth truth, Nights nights, int requestsPerDay) {
        this.kind = kind;
        this.truth = truth;
        this.nights = nights;
        this.requestsPerDay = requestsPerDay;
        PolicyDocument first =
                new PolicyDocument("p-0", false, nights.exploration(), 0, List.of(), Map.of(), null).salted("lab");
        this.snapshot = snapshot(first, Set.of(), Map.of(), Map.of(), null);
    }

    @Override
    public String name() {
        return kind.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public void morning(int day, List<Integer> there) {
        List<AggregatorTerms> now = terms(there);
        now.forEach(aggregator -> terms.put(aggregator.aggregatorId(), aggregator));
        PolicyDocument policy = snapshot.policy();
        snapshot =
                snapshot(policy.among(policy.policyVersion(), now), Set.of(), Map.of(), snapshot.corrections(), null);
    }

    @Override
    public Chosen choose(Asked asked) {
        Decision decision = ROUTING.decide(asked.request(), asked.decidedAt(), snapshot);
        List<Integer> order = decision.attempts().stream().map(truth::indexOf).toList();
        return new Chosen(order, order.isEmpty() ? null : decision);
    }

    /** What the model expected of each attempt, at the time that it was made. */
    @Override
    public void over(Attempts attempts) {
        Scorer now = scorer;
        long left = attempts.asked().leftMs();
        for (AttemptRow row : attempts.rows()) {
            AdSlot slot = new AdSlot(
                    attempts.asked().request().context(),
                    attempts.asked().request().time(),
                    attempts.asked().request().bidFloorMicros(),
                    left);
            attempts.expected().add(now == null ? null : now.estimate(slot, terms.get(row.aggregatorId())));
            left -= row.latencyMs();
        }
    }

    @Override
    public void minute(Instant end, List<Attempts> over, long[] fillsToday) {
        for (Attempts attempts : over) {
            watch(attempts);
        }
        LocalDate day = LocalDate.ofInstant(end.minusMillis(1), ZoneOffset.UTC);
        Set<String> exhausted = new HashSet<>();
        Map<String, Long> costs = new HashMap<>();
        for (AggregatorTerms aggregator : snapshot.policy().aggregators()) {
            if (aggregator.dailyCap() > 0) {
                long fills = fillsToday[truth.indexOf(aggregator.aggregatorId())];
                if (fills >= aggregator.dailyCap()) {
                    exhausted.add(aggregator.aggregatorId());
                }
                CapPlan plan = snapshot.policy().capPlans().get(aggregator.aggregatorId());
                if (plan != null) {
                    costs.put(aggregator.aggregatorId(), CapPacing.fillCostMicros(plan, aggregator, fills, end));
                }
            }
        }
        snapshot = snapshot(snapshot.policy(), exhausted, costs, watch.corrections(end.toEpochMilli()), day);
    }

    private void watch(Attempts attempts) {
        long at = attempts.asked().decidedAt().toEpochMilli();
        for (int i = 0; i < attempts.rows().size(); i++) {
            AttemptRow row = attempts.rows().get(i);
            at += row.latencyMs();
            Expectation expected = attempts.expected().get(i);
            boolean fill = row.outcome() == ResponseOutcome.FILL;
            watch.answered(row.aggregatorId(), at, fill, expected == null ? null : expected.fill());
            if (fill && expected != null) {
                watch.paid(
                        row.aggregatorId(),
                        at,
                        row.priceMicros(),
                        Math.round(expected.priceMicros()),
                        scorer.priceSpread(row.aggregatorId()));
            }
        }
    }

    @Override
    public void night(int day, List<DecisionRow> rows) {
        Optional<Nights.Learned> learned = nights.learn(day, rows, snapshot.policy());
        if (learned.isEmpty()) {
            return;
        }
        Findings found = learned.get().findings();
        boolean greedy = kind == Kind.GREEDY;
        PolicyDocument policy = snapshot.policy()
                .learned(
                        "p-" + day,
                        greedy ? GREEDY : nights.exploration(),
                        0,
                        greedy ? new Findings(found.measuredEcpmMicros(), Map.of(), found.capPlans()) : found,
                        learned.get().reference());
        Scorer model = learned.get().scorer();
        scorer = model;
        watch = new ResponseWatch();
        snapshot = new PolicySnapshot(
                policy,
                Optional.of(kind == Kind.FIRST ? byFirstAttempt(model) : model),
                Set.of(),
                null,
                Set.of(),
                "lab/" + policy.policyVersion());
    }

    @Override
    public void close() {
        nights.close();
    }

    private PolicySnapshot snapshot(
            PolicyDocument policy,
            Set<String> exhausted,
            Map<String, Long> costs,
            Map<String, Correction> corrections,
            LocalDate capsDay) {
        return new PolicySnapshot(
                policy,
                snapshot == null ? Optional.empty() : snapshot.model(),
                Set.of(),
                capsDay,
                exhausted,
                costs,
                corrections,
                "lab/" + policy.policyVersion(),
                Optional.empty());
    }

    private List<AggregatorTerms> terms(List<Integer> there) {
        List<AggregatorProfile> byPrice = there.stream()
                .map(truth.world().aggregators()::get)
                .sorted(Comparator.comparingLong(profile -> -profile.contractPriceMicros()))
                .toList();
        List<AggregatorTerms> now = new ArrayList<>();
        for (int place : there) {
            AggregatorProfile profile = truth.world().aggregators().get(place);
            now.add(new AggregatorTerms(
                    profile.id(),
                    "http://127.0.0.1:9/" + profile.id(),
                    true,
                    1 + byPrice.indexOf(profile),
                    profile.contractPriceMicros(),
                    profile.maxPriceMicros(),
                    profile.dailyCap(requestsPerDay),
                    profile.timeoutMs(),
                    "USD"));
        }
        return now;
    }

    private static Scorer byFirstAttempt(Scorer model) {
        return new Scorer() {
            @Override
            public Expectation estimate(AdSlot slot, AggregatorTerms aggregator) {
                Expectation one = model.estimate(slot, aggregator);
                return new Expectation(one.fill(), one.completion(), one.priceMicros(), NEVER_MS);
            }

            @Override
            public PriceSpread priceSpread(String aggregatorId) {
                return model.priceSpread(aggregatorId);
            }
        };
    }
}
