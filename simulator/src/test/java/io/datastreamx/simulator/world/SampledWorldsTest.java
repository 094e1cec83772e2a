package io.datastreamx.simulator.world;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the truth expects of a chain of attempts is what happens when it is played out, in worlds of every kind. */
class SampledWorldsTest {
    private static final Instant TIME = Instant.parse("2026-01-05T18:30:00Z");
    private static final int DRAWS = 40_000;
    private static final long FLOOR = 3_000_000;

    @Test
    void theValueOfAnOrderIsWhatItEarns() {
        for (String name : List.of("demo", "heavy-1", "correlated-1", "floors-1", "load-1", "season-1", "fatigue-1")) {
            World world = World.named(name);
            Truth truth = Truth.of(world, 5, TIME.minusSeconds(86_400 * 3));
            SplittableRandom random = new SplittableRandom(9);
            ViewedAds viewed = new ViewedAds();
            for (int i = 0; i < 10; i++) {
                int aggregator = random.nextInt(world.aggregators().size());
                viewed.saw(
                        Ads.adId(world.aggregatorIds().get(aggregator), random.nextInt(Ads.PER_AGGREGATOR)),
                        TIME.toEpochMilli() - 3_600_000);
            }
            Situation situation = truth.situation(new TruthContext(
                    "ch-02",
                    "ch-01",
                    null,
                    world.viewing().regions().get(1),
                    world.viewing().deviceModels().get(1),
                    TIME,
                    "box-1",
                    viewed));
            List<Integer> order = new ArrayList<>();
            List<Chances> chances = new ArrayList<>();
            for (int a = 0; a < world.aggregators().size(); a++) {
                chances.add(truth.chances(a, situation, FLOOR));
                order.add(random.nextInt(order.size() + 1), a);
            }
            long left = 260;
            double expected = new ChainOracle(8, 120).valueMicros(order, chances, left);
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < DRAWS; i++) {
                double earned = played(truth, situation, "r-" + i, order, left);
                sum += earned;
                squares += earned * earned;
            }
            double mean = sum / DRAWS;
            double error = Math.sqrt((squares / DRAWS - mean * mean) / DRAWS);
            // Latencies are whole milliseconds, and after timeouts less is known of correlated fills than after
            // answers.
            assertEquals(expected, mean, 4 * error + 0.005 * mean, name);
        }
    }

    private static double played(Truth truth, Situation s, String requestId, List<Integer> order, long leftMs) {
        long left = leftMs;
        for (int a : order) {
            if (left < ChainClock.LEAST_MS) {
                return 0;
            }
            Answer answer = truth.answer(a, s, requestId, FLOOR);
            long limit = Math.min(left, truth.world().aggregators().get(a).timeoutMs());
            if (answer.kind() == Answer.Kind.FILL && answer.latencyMs() <= limit) {
                return truth.playback(a, answer.adId(), s, requestId).complete() ? answer.priceMicros() : 0;
            }
            left -= Math.min(limit, answer.latencyMs());
        }
        return 0;
    }
}
