package io.datastreamx.simulator.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.event.EventType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TruthTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:15:30Z");

    @Test
    void sameSeedSameWorldOtherSeedOtherWorld() {
        TruthContext context = contexts(1).get(0);
        double value = demo(7).expectedRevenueMicrosPerRequest("acme", context);
        assertEquals(value, demo(7).expectedRevenueMicrosPerRequest("acme", context));
        assertNotEquals(value, demo(8).expectedRevenueMicrosPerRequest("acme", context));
        assertEquals(demo(7).answer("acme", context, "r-1", 0), demo(7).answer("acme", context, "r-1", 0));
    }

    @Test
    void closedFormEqualsWhatIsSampled() {
        Truth truth = demo(7);
        for (TruthContext context : contexts(3)) {
            for (String aggregator : truth.aggregatorIds()) {
                double expected = truth.expectedRevenueMicrosPerRequest(aggregator, context);
                int draws = 100_000;
                double sum = 0;
                double squares = 0;
                for (int i = 0; i < draws; i++) {
                    double earned = earned(truth, aggregator, context, "r-" + i);
                    sum += earned;
                    squares += earned * earned;
                }
                double mean = sum / draws;
                double standardError = Math.sqrt((squares / draws - mean * mean) / draws);
                // Half a millisecond of rounding in the latency is the only bias; it shifts P(in time) by well under 1
                // %.
                assertEquals(expected, mean, 5 * standardError + 0.01 * expected, aggregator);
            }
        }
    }

    @Test
    void contextIsWorthLookingAt() {
        for (long seed = 1; seed <= 20; seed++) {
            Truth truth = demo(seed);
            double[] single = new double[truth.aggregatorIds().size()];
            double oracle = 0;
            double uniform = 0;
            for (TruthContext context : contexts(2_000)) {
                oracle += truth.oracleRevenueMicrosPerRequest(context);
                uniform += truth.uniformRevenueMicrosPerRequest(context);
                for (int a = 0; a < single.length; a++) {
                    single[a] += truth.expectedRevenueMicrosPerRequest(
                            truth.aggregatorIds().get(a), context);
                }
            }
            double best = java.util.Arrays.stream(single).max().orElseThrow();
            assertTrue(oracle / uniform > 1.5 && oracle / uniform < 2.4, "seed " + seed + ": " + oracle / uniform);
            assertTrue(oracle / best > 1.15, "seed " + seed + ": " + oracle / best);
        }
    }

    @Test
    void unknownAggregatorIsNamed() {
        TruthContext context = contexts(1).get(0);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> demo(1).expectedRevenueMicrosPerRequest("nobody", context));
        assertTrue(e.getMessage().contains("nobody"));
    }

    private static double earned(Truth truth, String aggregator, TruthContext context, String requestId) {
        Answer answer = truth.answer(aggregator, context, requestId, 0);
        boolean inTime = answer.latencyMs()
                < truth.world().aggregators().get(truth.indexOf(aggregator)).timeoutMs();
        if (answer.kind() != Answer.Kind.FILL || !inTime) {
            return 0;
        }
        boolean complete = truth.playback(aggregator, answer.adId(), context, requestId)
                .eventTypes()
                .contains(EventType.COMPLETE);
        return complete ? answer.priceMicros() / 1_000.0 : 0;
    }

    private static List<TruthContext> contexts(int count) {
        SplittableRandom random = new SplittableRandom(3);
        Viewing viewing = World.named(World.DEMO).viewing();
        List<TruthContext> contexts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contexts.add(new TruthContext(
                    viewing.popular(viewing.channels(), random),
                    i % 4 == 0 ? null : viewing.popular(viewing.channels(), random),
                    i % 5 == 0 ? null : Ads.adId("acme", random.nextInt(8)),
                    viewing.popular(viewing.regions(), random),
                    viewing.popular(viewing.deviceModels(), random),
                    TIME));
        }
        return contexts;
    }

    private static Truth demo(long seed) {
        return Truth.of(World.named(World.DEMO), seed, TIME);
    }
}
