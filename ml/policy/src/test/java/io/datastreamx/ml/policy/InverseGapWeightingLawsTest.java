package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What must hold for any request and any policy. */
class InverseGapWeightingLawsTest {
    private static final Instant TIME = Examples.NOON.plusMillis(10);

    private final RoutingPolicy policy = new InverseGapWeighting();
    private final Random random = new Random(3);

    @Test
    void propensitiesAreADistributionThatFavoursBetterScoresAndKeepsTheFloor() {
        for (int i = 0; i < 20_000; i++) {
            int count = 1 + random.nextInt(6);
            Exploration exploration = new Exploration(random.nextInt(4) * 25.0, random.nextInt(4) * 0.08);
            Scorer scores = Examples.worth(aggregator -> Math.floorMod(aggregator.contractPriceMicros() * 31, 1_000L));
            PolicySnapshot snapshot = Examples.snapshot(
                    Examples.policy(Examples.terms(count, random), exploration),
                    random.nextInt(5) == 0 ? null : scores);
            Decision decision = policy.decide(Examples.request(random), TIME, snapshot);

            List<Candidate> ranked = decision.ranked();
            assertEquals(count, ranked.size());
            assertEquals(1.0, ranked.stream().mapToDouble(Candidate::propensity).sum(), 1e-12);
            double floor = Math.min(exploration.floor(), 1.0 / count);
            for (int r = 0; r < count; r++) {
                assertTrue(ranked.get(r).propensity() >= floor - 1e-12);
                assertTrue(r == 0
                        || ranked.get(r - 1).propensity() >= ranked.get(r).propensity() - 1e-12);
                assertTrue(r == 0
                        || snapshot.model().isEmpty()
                        || ranked.get(r - 1).scoreMicros() >= ranked.get(r).scoreMicros());
            }
            Candidate chosen = ranked.stream()
                    .filter(c -> c.aggregatorId().equals(decision.chosen()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(chosen.propensity(), decision.propensity());
            assertTrue(decision.explore() || ranked.get(0).aggregatorId().equals(decision.chosen()));
        }
    }

    @Test
    void closedForm() {
        Map<String, Long> scores = Map.of("a0", 500L, "a1", 1_000L, "a2", 1_000L, "a3", 0L);
        Scorer scorer = Examples.worth(aggregator -> scores.get(aggregator.aggregatorId()));
        PolicySnapshot snapshot =
                Examples.snapshot(Examples.policy(Examples.terms(4, random), new Exploration(40, 0.05)), scorer);
        List<Candidate> ranked =
                policy.decide(Examples.request(random), TIME, snapshot).ranked();
        assertEquals(
                List.of("a1", "a2", "a0", "a3"),
                ranked.stream().map(Candidate::aggregatorId).toList());
        assertEquals(0.05 + 0.8 / 4, ranked.get(1).propensity(), 1e-15);
        assertEquals(0.05 + 0.8 / 24, ranked.get(2).propensity(), 1e-15);
        assertEquals(0.05 + 0.8 / 44, ranked.get(3).propensity(), 1e-15);
        assertEquals(
                0.05 + 0.8 * (1 - 1 / 4.0 - 1 / 24.0 - 1 / 44.0), ranked.get(0).propensity(), 1e-15);
    }

    @Test
    void choicesComeAsOftenAsTheirPropensitiesSay() {
        int requests = 100_000;
        Scorer scorer = Examples.worth(aggregator -> 1_000 - 150L * aggregator.waterfallRank());
        PolicySnapshot snapshot =
                Examples.snapshot(Examples.policy(Examples.terms(6, random), new Exploration(10, 0.02)), scorer);
        Map<String, Integer> chosen = new HashMap<>();
        List<Candidate> ranked = List.of();
        for (int i = 0; i < requests; i++) {
            Decision decision =
                    policy.decide(Examples.request("request-" + i, Examples.context(random)), TIME, snapshot);
            chosen.merge(decision.chosen(), 1, Integer::sum);
            ranked = decision.ranked();
        }
        double chiSquare = 0;
        for (Candidate candidate : ranked) {
            double expected = candidate.propensity() * requests;
            chiSquare += Math.pow(chosen.get(candidate.aggregatorId()) - expected, 2) / expected;
        }
        assertTrue(chiSquare < 20.5, "chi-square with 5 degrees of freedom exceeds its 99.9 % quantile: " + chiSquare);
    }

    @Test
    void sameArgumentsSameDecision() {
        for (int i = 0; i < 1_000; i++) {
            LogisticScorer model = new LogisticScorer(Examples.model(new Random(i % 7)));
            List<AggregatorTerms> terms = Examples.terms(6, new Random(i));
            PolicySnapshot snapshot = Examples.snapshot(Examples.policy(terms, new Exploration(40, 0.02)), model);
            AdRequest request = Examples.request(random);
            Decision decision = policy.decide(request, TIME, snapshot);
            assertEquals(decision, policy.decide(request, TIME, snapshot));
            assertEquals(decision, new InverseGapWeighting().decide(request, TIME.plusNanos(999_999), snapshot));
        }
    }

    @Test
    void everyAggregatorIsACandidateOrLeftOutWithAReason() {
        for (int i = 0; i < 20_000; i++) {
            PolicySnapshot snapshot = AnyPolicy.snapshot(random);
            AdRequest request = AnyPolicy.request(random);
            Decision decision = policy.decide(request, AnyPolicy.time(random), snapshot);
            if (decision.status() == DecisionStatus.EXPIRED) {
                assertTrue(!decision.time().isBefore(request.deadline()));
                continue;
            }
            Set<String> seen = new HashSet<>();
            decision.ranked().forEach(candidate -> assertTrue(seen.add(candidate.aggregatorId())));
            decision.excluded().forEach(exclusion -> assertTrue(seen.add(exclusion.aggregatorId())));
            assertEquals(snapshot.policy().aggregators().size(), seen.size());
            assertEquals(decision.ranked().isEmpty(), decision.status() == DecisionStatus.NO_CANDIDATE);
        }
    }

    @Test
    void drawsForDifferentPurposesAreIndependent() {
        int both = 0;
        for (int i = 0; i < 100_000; i++) {
            Draw draw = draw("salt", "r" + i, 0);
            assertNotEquals(draw.first(), draw.probe("a0"));
            assertNotEquals(draw.first(), draw.second());
            both += draw.first() < 0.5 && draw.probe("a0") < 0.5 ? 1 : 0;
        }
        assertEquals(25_000, both, 600);
    }

    /** Whoever chooses ids until one is drawn that suits him learns nothing for another policy or another moment. */
    @Test
    void anIdDrawsAnewUnderAnotherSaltAndWhenItComesAgain() {
        int underAnotherSalt = 0;
        int later = 0;
        for (int i = 0; i < 100_000; i++) {
            boolean low = draw("salt", "r" + i, 0).first() < 0.5;
            underAnotherSalt += low && draw("other", "r" + i, 0).first() < 0.5 ? 1 : 0;
            later += low && draw("salt", "r" + i, 1).first() < 0.5 ? 1 : 0;
        }
        assertEquals(25_000, underAnotherSalt, 600);
        assertEquals(25_000, later, 600);
    }

    private static Draw draw(String salt, String requestId, long arrivedMs) {
        AdRequest request = Examples.request(requestId, Examples.context(new Random(1)));
        return new Draw(salt, request.arrived(TIME.plusMillis(arrivedMs)));
    }
}
