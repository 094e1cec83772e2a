package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.decision.Exclusion;
import io.datastreamx.contract.decision.ExclusionReason;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuardrailsTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-22");
    private static final AdRequest REQUEST = Examples.request("q1", Examples.context(new Random(1)));
    private static final AggregatorTerms GOOD = Examples.terms("good", 1, 2_000_000);

    private final RoutingPolicy policy = new InverseGapWeighting();

    @Test
    void killSwitchRoutesNothing() {
        Decision decision = decide(REQUEST, Examples.NOON, snapshot(true, List.of(GOOD), Set.of(), TODAY, Set.of()));
        assertEquals(DecisionStatus.NO_CANDIDATE, decision.status());
        assertEquals(List.of(new Exclusion("good", ExclusionReason.KILL_SWITCH)), decision.excluded());
    }

    @Test
    void disabledAggregatorsAndOtherCurrenciesAreLeftOut() {
        AggregatorTerms off = new AggregatorTerms("off", "http://x", false, 1, 1, 1, 0, 100, "USD");
        AggregatorTerms euro = new AggregatorTerms("euro", "http://x", true, 1, 1, 1, 0, 100, "EUR");
        AdRequest dollars = new AdRequest("q", "b", Examples.NOON, REQUEST.context(), 800, 0, "USD", null, null, null);
        Decision decision =
                decide(dollars, Examples.NOON, snapshot(false, List.of(GOOD, off, euro), Set.of(), TODAY, Set.of()));
        assertEquals("good", decision.chosen());
        assertEquals(
                List.of(
                        new Exclusion("off", ExclusionReason.DISABLED),
                        new Exclusion("euro", ExclusionReason.WRONG_CURRENCY)),
                decision.excluded());
    }

    @Test
    void floorAboveTheHighestPriceLeavesOut() {
        PolicySnapshot snapshot = snapshot(false, List.of(GOOD), Set.of(), TODAY, Set.of());
        assertEquals(
                "good",
                decide(floor(GOOD.maxPriceMicros()), Examples.NOON, snapshot).chosen());
        assertEquals(
                List.of(new Exclusion("good", ExclusionReason.BELOW_FLOOR)),
                decide(floor(GOOD.maxPriceMicros() + 1), Examples.NOON, snapshot)
                        .excluded());
    }

    @Test
    void capsHoldOnTheirDayOnly() {
        assertEquals(
                List.of(new Exclusion("good", ExclusionReason.CAP_REACHED)),
                decide(REQUEST, Examples.NOON, snapshot(false, List.of(GOOD), Set.of(), TODAY, Set.of("good")))
                        .excluded());
        assertEquals(
                "good",
                decide(
                                REQUEST,
                                Examples.NOON,
                                snapshot(false, List.of(GOOD), Set.of(), TODAY.minusDays(1), Set.of("good")))
                        .chosen());
    }

    @Test
    void timeLeftDecidesBetweenRoutedTooSlowAndExpired() {
        PolicySnapshot snapshot = snapshot(false, List.of(GOOD), Set.of(), TODAY, Set.of());
        Instant deadline = REQUEST.deadline();
        assertEquals("good", decide(REQUEST, deadline.minusMillis(20), snapshot).chosen());
        assertEquals(
                List.of(new Exclusion("good", ExclusionReason.TOO_SLOW)),
                decide(REQUEST, deadline.minusMillis(19), snapshot).excluded());
        assertEquals(DecisionStatus.EXPIRED, decide(REQUEST, deadline, snapshot).status());
        assertEquals(
                DecisionStatus.EXPIRED,
                decide(REQUEST, deadline.plusSeconds(3_600), snapshot).status());
    }

    @Test
    void aSickAggregatorKeepsItsProbeShare() {
        PolicySnapshot snapshot =
                snapshot(false, List.of(GOOD, Examples.terms("sick", 2, 9_000_000)), Set.of("sick"), TODAY, Set.of());
        int candidate = 0;
        for (int i = 0; i < 50_000; i++) {
            Decision decision = decide(Examples.request("q" + i, REQUEST.context()), Examples.NOON, snapshot);
            boolean probed = decision.ranked().size() == 2;
            candidate += probed ? 1 : 0;
            assertEquals(
                    probed ? List.of() : List.of(new Exclusion("sick", ExclusionReason.UNHEALTHY)),
                    decision.excluded());
        }
        assertEquals(0.02 * 50_000, candidate, 110);
    }

    /** The least valuable of twelve, at 40 requests/s and with the share that is set by default. */
    @Test
    void aMinuteOfProbesIsEnoughToSeeThatASickAggregatorIsWell() {
        List<AggregatorTerms> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(Examples.terms("a" + i, i + 1, 9_000_000 - 700_000L * i));
        }
        Scorer model = Examples.worth(AggregatorTerms::contractPriceMicros);
        PolicySnapshot snapshot = new PolicySnapshot(
                new PolicyDocument("p1", false, new Exploration(40, 0.02), 0.03, all, Map.of(), null),
                Optional.of(model),
                Set.of("a11"),
                TODAY,
                Set.of(),
                "s");
        for (int minute = 0; minute < 50; minute++) {
            int asked = 0;
            for (int i = 0; i < 60 * 40; i++) {
                Decision decision =
                        decide(Examples.request(minute + "-" + i, REQUEST.context()), Examples.NOON, snapshot);
                assertEquals(
                        1,
                        decision.ranked().stream()
                                .mapToDouble(Candidate::propensity)
                                .sum(),
                        1e-12);
                asked += decision.chosen().equals("a11") ? 1 : 0;
            }
            assertTrue(asked >= 16, asked + " answers in minute " + minute);
        }
    }

    @Test
    void beforeAnyPolicyThereIsNoCandidate() {
        Decision decision = decide(REQUEST, Examples.NOON, PolicySnapshot.NONE);
        assertEquals(DecisionStatus.NO_CANDIDATE, decision.status());
        assertEquals("none", decision.policyVersion());
        assertEquals("none/-/-/-", decision.snapshotId());
    }

    private Decision decide(AdRequest request, Instant time, PolicySnapshot snapshot) {
        return policy.decide(request, time, snapshot);
    }

    private static AdRequest floor(long micros) {
        return new AdRequest("q1", "box", Examples.NOON, REQUEST.context(), 800, micros, null, null, null, null);
    }

    private static PolicySnapshot snapshot(
            boolean kill,
            List<AggregatorTerms> aggregators,
            Set<String> unhealthy,
            LocalDate capsDay,
            Set<String> exhausted) {
        PolicyDocument document =
                new PolicyDocument("p1", kill, new Exploration(40, 0.02), 0.02, aggregators, Map.of(), null);
        return new PolicySnapshot(document, Optional.empty(), unhealthy, capsDay, exhausted, "s");
    }
}
