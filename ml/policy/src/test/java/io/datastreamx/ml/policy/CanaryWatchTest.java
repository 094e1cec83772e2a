package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Canary;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.CanaryWatch.Outcome;
import io.datastreamx.ml.policy.CanaryWatch.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryWatchTest {
    private static final Instant SINCE = Instant.parse("2026-11-22T12:00:00Z");
    private static final Canary CANARY = new Canary(new ArtifactRef("new", "file:///new", "01"), 0.05, SINCE);
    private static final PolicyDocument POLICY = Examples.policy(
                    List.of(Examples.terms("a0", 1, 1_000_000)), new Exploration(40, 0.02))
            .trying("p1", CANARY);
    private static final String IN_FORCE = POLICY.model().version();
    private static final int RUNS = 400;
    private static final int PER_SECOND = 40;

    /** Traffic at 40 requests a second, the worth of which swings with the time of day. */
    private static final class Traffic {
        final CanaryWatch watch;
        final SplittableRandom random;
        final double fills;
        final double pays;
        int requests;

        /** @param fills how many times as many as the model in force the canary fills @param pays likewise */
        Traffic(long requests, Duration leastTime, double fills, double pays, long seed) {
            this.watch = new CanaryWatch(requests, leastTime);
            this.random = new SplittableRandom(seed);
            this.fills = fills;
            this.pays = pays;
            watch.follow(POLICY);
        }

        Instant now() {
            return SINCE.plusMillis(requests * 1_000L / PER_SECOND);
        }

        Verdict verdict() {
            return watch.verdict(CANARY, now()).orElseThrow();
        }

        /** Until something is to be done, at most so many requests. */
        Verdict run(int most) {
            Verdict verdict = verdict();
            while (verdict.outcome() == Outcome.GO_ON && requests < most) {
                for (int i = 0; i < PER_SECOND; i++) {
                    request();
                }
                verdict = verdict();
            }
            return verdict;
        }

        private void request() {
            boolean tried = random.nextDouble() < CANARY.share();
            double daytime = 1 + 0.8 * Math.sin(requests / 3_000.0);
            double price = 3e6 * daytime * Math.exp(0.5 * normal()) * (tried ? pays : 1);
            boolean fill = random.nextDouble() < 0.5 * (tried ? fills : 1);
            String id = "q" + requests++;
            String model = tried ? "new" : IN_FORCE;
            watch.answered(id, model, now().toEpochMilli(), fill, fill ? price : 0);
            if (!fill && random.nextDouble() < 0.3 * (tried ? fills : 1)) {
                watch.answered(id, model, now().toEpochMilli() + 80, true, price / 2);
            }
        }

        private double normal() {
            double sum = -6;
            for (int i = 0; i < 12; i++) {
                sum += random.nextDouble();
            }
            return sum;
        }
    }

    @Test
    void aCanaryThatIsNoWorseThanItMayBeIsHardlyEverRolledBack() {
        int wrong = 0;
        for (int run = 0; run < RUNS; run++) {
            Verdict verdict = new Traffic(1_000, Duration.ZERO, 1, 1 - CanaryWatch.REVENUE_MARGIN, run).run(40_000);
            wrong += verdict.outcome() == Outcome.ROLL_BACK ? 1 : 0;
        }
        assertTrue(wrong <= CanaryWatch.ALPHA * RUNS, wrong + " of " + RUNS + " were rolled back");
    }

    @ParameterizedTest
    @CsvSource({"0.7, 1", "1, 0.7", "0.9, 0.777"})
    void oneThatEarnsThreeTenthsLessIsCaughtWithinTwelveHundredOfItsRequests(double fills, double pays) {
        for (int run = 0; run < 50; run++) {
            Verdict verdict = new Traffic(100_000, Duration.ZERO, fills, pays, run).run(200_000);
            assertEquals(Outcome.ROLL_BACK, verdict.outcome());
            assertTrue(verdict.requests() <= 1_200, verdict.toString());
            assertTrue(verdict.revenueMicros() < verdict.restRevenueMicros(), verdict.toString());
        }
    }

    @Test
    void oneThatFillsNothingIsGoneWithinTwoMinutes() {
        Verdict verdict = new Traffic(1_000, Duration.ZERO, 0, 1, 3).run(2 * 60 * PER_SECOND);
        assertEquals(Outcome.ROLL_BACK, verdict.outcome());
        assertEquals(0, verdict.fillRate());
    }

    @Test
    void oneIsPromotedOnceItHasBothItsRequestsAndItsTime() {
        Traffic traffic = new Traffic(200, Duration.ofMinutes(10), 1, 1.1, 5);
        Verdict early = traffic.run(9 * 60 * PER_SECOND);
        assertEquals(Outcome.GO_ON, early.outcome());
        assertTrue(early.requests() > 200, early.toString());
        assertEquals(Outcome.PROMOTE, traffic.run(11 * 60 * PER_SECOND).outcome());
        Traffic slow = new Traffic(2_000, Duration.ofMinutes(1), 1, 1.1, 5);
        assertEquals(Outcome.GO_ON, slow.run(11 * 60 * PER_SECOND).outcome());
    }

    @Test
    void anotherCanaryBeginsAnewAndOtherModelsDoNotCount() {
        Traffic traffic = new Traffic(100, Duration.ZERO, 1, 1, 7);
        traffic.run(60 * PER_SECOND);
        long counted = traffic.verdict().requests();
        assertTrue(counted > 0);
        traffic.watch.follow(POLICY.killed("p2", true));
        assertEquals(counted, traffic.verdict().requests(), "the same canary in another policy goes on");
        for (int i = 0; i < 1_000; i++) {
            traffic.watch.answered("other" + i, "older", traffic.now().toEpochMilli(), true, 1e9);
        }
        assertTrue(traffic.verdict().restRevenueMicros() < 1e8);
        Canary next = new Canary(CANARY.model(), CANARY.share(), SINCE.plusSeconds(60));
        traffic.watch.follow(POLICY.trying("p3", next));
        assertEquals(Optional.empty(), traffic.watch.verdict(CANARY, traffic.now()));
        assertEquals(0, traffic.watch.verdict(next, traffic.now()).orElseThrow().requests());
    }
}
