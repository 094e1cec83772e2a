package io.datastreamx.simulator.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class LabTest {
    private static final int REQUESTS = 4_000;

    /** Keeps what it is asked and what came of it. */
    private static final class Recording implements LabPolicy {
        private final BiFunction<Asked, List<Integer>, List<Integer>> order;
        private final Map<Long, String> asked = new ConcurrentHashMap<>();
        private final Map<String, AttemptRow> answers = new HashMap<>();
        private final List<long[]> fillsByMinute = new ArrayList<>();
        private List<Integer> there = List.of();

        Recording(BiFunction<Asked, List<Integer>, List<Integer>> order) {
            this.order = order;
        }

        @Override
        public String name() {
            return "recording";
        }

        @Override
        public boolean learns() {
            return true;
        }

        @Override
        public void morning(int day, List<Integer> now) {
            there = now;
        }

        @Override
        public Chosen choose(Asked one) {
            var request = one.request();
            asked.put(
                    one.number(),
                    String.join(
                            "|",
                            request.deviceId(),
                            request.time().toString(),
                            request.context().channelId(),
                            String.valueOf(request.context().previousChannelId()),
                            request.context().region(),
                            Long.toString(request.tmaxMs()),
                            Long.toString(request.bidFloorMicros())));
            return new Chosen(order.apply(one, there), null);
        }

        @Override
        public void minute(Instant end, List<Attempts> over, long[] fillsToday) {
            for (Attempts attempts : over) {
                attempts.rows().forEach(row -> answers.put(attempts.asked().number() + row.aggregatorId(), row));
            }
            fillsByMinute.add(fillsToday);
        }
    }

    @Test
    void requestsAndTheirFatesAreTheSameForEveryPolicy() {
        Recording upwards = new Recording((asked, there) -> there);
        Recording downwards = new Recording((asked, there) -> {
            List<Integer> order = new ArrayList<>(there);
            java.util.Collections.reverse(order);
            return order;
        });
        World world = World.named("demo");
        new Lab(world, 3, REQUESTS, 2, 100, upwards).day(1);
        new Lab(world, 3, REQUESTS, 2, 100, downwards).day(1);
        assertEquals(REQUESTS, upwards.asked.size());
        assertEquals(upwards.asked, downwards.asked);
        int both = 0;
        int alike = 0;
        for (Map.Entry<String, AttemptRow> one : upwards.answers.entrySet()) {
            AttemptRow other = downwards.answers.get(one.getKey());
            boolean answered = other != null
                    && one.getValue().outcome() != ResponseOutcome.TIMEOUT
                    && other.outcome() != ResponseOutcome.TIMEOUT;
            if (answered) {
                both++;
                assertEquals(one.getValue().latencyMs(), other.latencyMs(), one.getKey());
                alike += one.getValue().outcome() == other.outcome()
                                && one.getValue().priceMicros() == other.priceMicros()
                        ? 1
                        : 0;
            }
        }
        assertTrue(both > REQUESTS / 20, "asked under both: " + both);
        // What a box showed before, which depends on the policy, bends the chance of an ad a little.
        assertTrue(alike > 0.95 * both, alike + " alike of " + both);
    }

    @Test
    void threadsChangeNothing() {
        World world = World.named("fatigue-1");
        DayFigures one = new Lab(world, 3, REQUESTS, 1, 40, FixedPolicies.uniform()).day(1);
        DayFigures three = new Lab(world, 3, REQUESTS, 3, 40, FixedPolicies.uniform()).day(1);
        assertEquals(one.revenueCpmMicros, three.revenueCpmMicros);
        assertArrayEquals(one.asked, three.asked);
        assertArrayEquals(one.filled, three.filled);
        assertEquals(one.shareOfChain(), three.shareOfChain(), 1e-9);
    }

    @Test
    void theOracleEarnsMostInTruthAndInFact() {
        World world = World.named("crossed-1");
        Truth truth = Truth.of(world, 1, Lab.START);
        DayFigures oracle = new Lab(world, 1, REQUESTS, 2, 10, FixedPolicies.oracle(truth)).day(1);
        DayFigures first = new Lab(world, 1, REQUESTS, 2, 10, FixedPolicies.firstOracle(truth)).day(1);
        DayFigures uniform = new Lab(world, 1, REQUESTS, 2, 10, FixedPolicies.uniform()).day(1);
        assertTrue(oracle.shareOfChain() > 0.99, "oracle " + oracle.shareOfChain());
        assertEquals(1, first.shareOfFirst(), 1e-9);
        assertTrue(first.shareOfChain() < oracle.shareOfChain(), "first " + first.shareOfChain());
        assertTrue(uniform.shareOfChain() < 0.9, "uniform " + uniform.shareOfChain());
        assertTrue(oracle.revenueCpmMicros > 1.1 * uniform.revenueCpmMicros);
        assertEquals(
                oracle.chain / oracle.sampled,
                oracle.revenuePerThousandMicros(),
                0.08 * oracle.revenuePerThousandMicros(),
                "what is expected is about what is earned");
    }

    @Test
    void noCapIsExceededAndWhoComesLaterIsNotAskedBefore() {
        World capped = World.named("caps-1");
        Recording policy = new Recording((asked, there) -> there);
        DayFigures day = new Lab(capped, 1, REQUESTS, 2, 100, policy).day(1);
        for (int a = 0; a < day.filled.length; a++) {
            assertTrue(day.filled[a] <= REQUESTS / 8, a + ": " + day.filled[a]);
        }
        assertEquals(REQUESTS / 8, day.filled[0]);

        Lab lab = new Lab(World.named("newcomer-1"), 1, 500, 1, 100, new Recording((asked, there) -> there));
        long before = 0;
        for (int d = 1; d <= 12; d++) {
            before += lab.day(d).asked[6];
        }
        assertEquals(0, before);
        assertTrue(lab.day(13).asked[6] > 0);
    }
}
