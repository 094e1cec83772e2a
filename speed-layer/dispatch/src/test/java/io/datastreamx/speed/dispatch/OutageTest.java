package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.PriceSpread;
import io.datastreamx.ml.policy.ResponseWatch;
import io.datastreamx.ml.policy.Scorer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Routing and dispatch's judgement together, at 40 requests a second: what is decided is asked, what is answered is
 * judged, and what is judged is in force a second later.
 */
class OutageTest {
    private static final int COUNT = 6;
    private static final int PER_SECOND = 40;
    private static final int TIMEOUT_MS = 200;
    private static final Exploration BOUNDS = new Exploration(1_000, 0.003);

    private enum State {
        WELL,
        ANSWERS_204,
        TIMES_OUT
    }

    private final double[] fill = {0.6, 0.45, 0.5, 0.3, 0.55, 0.4};
    private final double[] price = {5e6, 4.5e6, 3e6, 4e6, 2e6, 2.5e6};
    private final State[] state = new State[COUNT];
    private final int[] asked = new int[COUNT];
    private final Random random = new Random(17);
    private final HealthMonitor health = new HealthMonitor(200, 0.5);
    private final ResponseWatch watch = new ResponseWatch();
    private final InverseGapWeighting routing = new InverseGapWeighting();
    private final List<AggregatorTerms> terms = new ArrayList<>();
    private Scorer model;
    private Optional<ControlRecord.Corrections> said = Optional.empty();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private int requests;
    private int records;

    @BeforeEach
    void theWorldIsAsTheModelKnowsIt() {
        double[] learnedPrice = price.clone();
        for (int a = 0; a < COUNT; a++) {
            state[a] = State.WELL;
            terms.add(new AggregatorTerms(
                    "a" + a, "http://x/" + a, true, a + 1, 1_000_000, 50_000_000, 0, TIMEOUT_MS, "USD"));
        }
        model = (slot, aggregator) -> {
            int a = terms.indexOf(aggregator);
            return new Expectation(fill[a], 0.9, learnedPrice[a], 60);
        };
    }

    /** @return how often each was asked in each minute */
    private int[][] run(int minutes) {
        int[][] byMinute = new int[minutes][];
        for (int minute = 0; minute < minutes; minute++) {
            Arrays.fill(asked, 0);
            for (int second = 0; second < 60; second++) {
                PolicySnapshot snapshot = snapshot();
                for (int i = 0; i < PER_SECOND; i++) {
                    request(snapshot);
                }
                now = now.plusSeconds(1);
                control();
            }
            byMinute[minute] = asked.clone();
        }
        return byMinute;
    }

    private PolicySnapshot snapshot() {
        Map<String, Double> evidence =
                terms.stream().collect(Collectors.toMap(AggregatorTerms::aggregatorId, each -> 200_000.0));
        PolicyDocument policy = new PolicyDocument("p", false, BOUNDS, 0.03, terms, Map.of(), null)
                .learned("p", BOUNDS, 0.03, new Findings(Map.of(), evidence, Map.of()), new ArtifactRef("m", "m", "0"));
        return new PolicySnapshot(
                policy,
                Optional.of(model),
                health.sick(),
                null,
                Set.of(),
                Map.of(),
                said.map(ControlRecord.Corrections::aggregators).orElse(Map.of()),
                "s",
                Optional.empty());
    }

    private void control() {
        var found = watch.corrections(now.toEpochMilli());
        if (Tolerance.isWorthSaying(said, found, now)) {
            said = Optional.of(ControlRecord.Corrections.of(found, now));
            records++;
        }
    }

    private void request(PolicySnapshot snapshot) {
        Context context = new Context("ch", null, null, "r", "d");
        AdRequest request = new AdRequest("q" + requests++, "box", now, context, 500, 0, null, null, null, null);
        long leftMs = AdSlot.timeLeftMs(request, now);
        for (String id : routing.decide(request, now, snapshot).attempts()) {
            if (leftMs < Opportunity.SHORTEST_ATTEMPT_MS) {
                return;
            }
            int a = Integer.parseInt(id.substring(1));
            boolean timesOut = state[a] == State.TIMES_OUT;
            boolean fills = state[a] == State.WELL && random.nextDouble() < fill[a];
            boolean cutShort = timesOut && leftMs < TIMEOUT_MS;
            asked[a]++;
            leftMs -= timesOut ? TIMEOUT_MS : 30 + random.nextInt(60);
            ResponseReason reason = fills
                    ? ResponseReason.FILLED
                    : cutShort
                            ? ResponseReason.ERROR_TIMED_OUT_CUT_SHORT
                            : timesOut ? ResponseReason.ERROR_TIMED_OUT : ResponseReason.NO_BID;
            Expectation expected = model.estimate(AdSlot.of(request, now), terms.get(a));
            health.answered(id, reason);
            watch.answered(id, now.toEpochMilli(), fills, expected.fill());
            if (fills) {
                long paid = Math.round(price[a] * Math.exp(0.4 * random.nextGaussian() - 0.08));
                watch.paid(
                        id, now.toEpochMilli(), paid, Math.round(expected.priceMicros()), new PriceSpread(0.99, 0.17));
                return;
            }
        }
    }

    private static double mean(int[][] minutes, int from, int to, int aggregator) {
        double sum = 0;
        for (int minute = from; minute < to; minute++) {
            sum += minutes[minute][aggregator];
        }
        return sum / (to - from);
    }

    @ParameterizedTest
    @CsvSource({"0, ANSWERS_204", "1, ANSWERS_204", "0, TIMES_OUT", "1, TIMES_OUT"})
    void anOutageMovesTrafficAwayWithinFiveMinutesAndTheRecoveryBringsItBack(int who, State outage) {
        double before = mean(run(10), 2, 10, who);
        state[who] = outage;
        int[][] during = run(20);
        assertTrue(
                during[4][who] <= 0.2 * before,
                during[4][who] + " were asked in the fifth minute, " + before + " in a minute before");
        assertTrue(mean(during, 5, 20, who) <= 0.2 * before, "and it stays so");
        state[who] = State.WELL;
        int[][] after = run(10);
        assertTrue(
                after[4][who] >= 0.8 * before,
                after[4][who] + " were asked in the fifth minute after, " + before + " in a minute before");
    }

    @Test
    void aPriceSwapMovesTrafficWithinMinutes() {
        int[][] before = run(10);
        assertTrue(mean(before, 2, 10, 0) > 1.5 * mean(before, 2, 10, 4), "the first is worth more");
        double swapped = price[0];
        price[0] = price[4];
        price[4] = swapped;
        int[][] after = run(10);
        assertTrue(
                after[4][4] > 1.5 * after[4][0],
                "five minutes later the other is worth more: " + Arrays.toString(after[4]));
    }

    @Test
    void aQuietDayWritesHardlyAnyRecords() {
        run(240);
        assertTrue(records <= 4, records + " records in four hours");
    }
}
