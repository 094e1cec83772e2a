package io.datastreamx.simulator;

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
        double value = Truth.seeded(7).expectedRevenueMicrosPerRequest("acme", context);
        assertEquals(value, Truth.seeded(7).expectedRevenueMicrosPerRequest("acme", context));
        assertNotEquals(value, Truth.seeded(8).expectedRevenueMicrosPerRequest("acme", context));
        assertEquals(
                Truth.seeded(7).answer("acme", context, "r-1", 0),
                Truth.seeded(7).answer("acme", context, "r-1", 0));
    }

    @Test
    void closedFormEqualsWhatIsSampled() {
        Truth truth = Truth.seeded(7);
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
            Truth truth = Truth.seeded(seed);
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
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Truth.seeded(1)
                .expectedRevenueMicrosPerRequest("nobody", context));
        assertTrue(e.getMessage().contains("nobody"));
    }

    private static double earned(Truth truth, String aggregator, TruthContext context, String requestId) {
        Answer answer = truth.answer(aggregator, context, requestId, 0);
        boolean inTime = answer.latencyMs() < truth.timeoutMs(aggregator);
        if (answer.kind() != Answer.Kind.FILL || !inTime) {
            return 0;
        }
        boolean complete =
                truth.playback(aggregator, context, requestId).eventTypes().contains(EventType.COMPLETE);
        return complete ? answer.priceMicros() / 1_000.0 : 0;
    }

    private static List<TruthContext> contexts(int count) {
        SplittableRandom random = new SplittableRandom(3);
        List<TruthContext> contexts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contexts.add(new TruthContext(
                    Catalog.popular(Catalog.CHANNELS, random),
                    i % 4 == 0 ? null : Catalog.popular(Catalog.CHANNELS, random),
                    i % 5 == 0 ? null : Catalog.adId("acme", random.nextInt(8)),
                    Catalog.popular(Catalog.REGIONS, random),
                    Catalog.popular(Catalog.DEVICE_MODELS, random),
                    TIME));
        }
        return contexts;
    }
}
