package io.datastreamx.simulator.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChainOracleTest {
    private final SplittableRandom random = new SplittableRandom(4);

    /** Fill .95 at 4 against .3 at 12: asking the sure one first earns 3.98, the dear one first 6.26. */
    @Test
    void theDearAndRareGoesFirstWhenThereIsTimeForBoth() {
        List<Chances> chances = List.of(sure(0.95, 4_000_000, 20), sure(0.3, 12_000_000, 20));
        ChainOracle oracle = new ChainOracle();
        assertEquals(List.of(1, 0), oracle.best(chances, 500).order());
        assertEquals(6_260_000, oracle.best(chances, 500).valueMicros(), 100);
        assertEquals(3_980_000, oracle.valueMicros(List.of(0, 1), chances, 500), 100);
        assertEquals(List.of(0, 1), ChainOracle.byFirstAttempt(chances, 500));
    }

    /** With latencies that are certain an order is all there is, and all orders can be tried by hand. */
    @Test
    void equalsBruteForceWhereLatenciesAreCertain() {
        for (int world = 0; world < 60; world++) {
            int k = 1 + random.nextInt(5);
            List<Chances> chances = new ArrayList<>();
            for (int a = 0; a < k; a++) {
                double fill = 0.05 + 0.9 * random.nextDouble();
                chances.add(sure(fill, 1e6 * (1 + 11 * random.nextDouble()), 10 * (1 + random.nextInt(12))));
            }
            int left = 10 * (3 + random.nextInt(30));
            double best = permutations(k).stream()
                    .mapToDouble(order -> byHand(order, chances, left))
                    .max()
                    .orElseThrow();
            ChainOracle.Plan plan = new ChainOracle(8, left / 10).best(chances, left);
            assertEquals(best, plan.valueMicros(), 1e-6 * best);
            assertEquals(best, byHand(plan.order(), chances, left), 1e-6 * best);
        }
    }

    @Test
    void noOrderIsBetterAndFinerTimeChangesLittle() {
        for (int world = 0; world < 40; world++) {
            List<Chances> chances = any(5, 0);
            double left = 80 + 400 * random.nextDouble();
            ChainOracle oracle = new ChainOracle();
            double best = oracle.best(chances, left).valueMicros();
            double bestOrder = permutations(5).stream()
                    .mapToDouble(order -> oracle.valueMicros(order, chances, left))
                    .max()
                    .orElseThrow();
            assertTrue(best >= bestOrder * (1 - 1e-9), best + " < " + bestOrder);
            assertTrue(best <= bestOrder * 1.03, best + " far above " + bestOrder);
            assertEquals(1, best / new ChainOracle(8, 200).best(chances, left).valueMicros(), 0.01);
        }
    }

    @Test
    void ofManyTheBestEightAreEnough() {
        double shares = 0;
        for (int world = 0; world < 12; world++) {
            List<Chances> chances = any(12, 0);
            double left = 150 + 500 * random.nextDouble();
            double all = new ChainOracle(12, 24).best(chances, left).valueMicros();
            double eight = new ChainOracle().best(chances, left).valueMicros();
            assertTrue(eight >= 0.995 * all && eight <= all * (1 + 1e-9), eight + " of " + all);
            shares += eight / all / 12;
        }
        assertTrue(shares >= 0.9985, "on average " + shares);
    }

    @Test
    void correlatedFillsAreWorthLessAndTheOracleStillFindsTheBestOrder() {
        double independent = 0;
        double correlated = 0;
        for (int world = 0; world < 30; world++) {
            List<Chances> chances = any(4, 0.6);
            double left = 100 + 300 * random.nextDouble();
            ChainOracle oracle = new ChainOracle();
            ChainOracle.Plan plan = oracle.best(chances, left);
            double bestOrder = permutations(4).stream()
                    .mapToDouble(order -> oracle.valueMicros(order, chances, left))
                    .max()
                    .orElseThrow();
            assertTrue(oracle.valueMicros(plan.order(), chances, left) >= 0.995 * bestOrder);
            correlated += bestOrder;
            independent += oracle.best(chances.stream().map(one -> with(one, 0)).toList(), left)
                    .valueMicros();
        }
        assertTrue(correlated < 0.98 * independent, correlated + " of " + independent);
    }

    @Test
    void withoutTimeNobodyIsAsked() {
        assertEquals(0, new ChainOracle().best(any(3, 0), 5).valueMicros());
        assertEquals(0, new ChainOracle().valueMicros(List.of(0, 1, 2), any(3, 0), 9));
    }

    private static double byHand(List<Integer> order, List<Chances> chances, double leftMs) {
        double value = 0;
        double still = 1;
        double left = leftMs;
        for (int a : order) {
            Chances one = chances.get(a);
            if (left < ChainClock.LEAST_MS) {
                break;
            }
            boolean inTime = one.latencyMedianMs() <= Math.min(left, one.timeoutMs());
            if (inTime) {
                value += still * one.fill() * one.meanPriceMicros();
                still *= 1 - one.fill();
            }
            left -= Math.min(Math.min(left, one.timeoutMs()), one.latencyMedianMs());
        }
        return value;
    }

    /** Answers after exactly so many milliseconds, just before the clock shows it. */
    private static Chances sure(double fill, double priceMicros, int latencyMs) {
        return new Chances(0, fill, latencyMs * (1 - 1e-9), 1e-12, 2_000, false, priceMicros, 0, 1, 0);
    }

    private List<Chances> any(int count, double correlation) {
        List<Chances> chances = new ArrayList<>();
        for (int a = 0; a < count; a++) {
            double fill = Normal.logistic(1.2 * random.nextGaussian());
            chances.add(new Chances(
                    0.05 * random.nextDouble(),
                    fill,
                    20 + 120 * random.nextDouble(),
                    0.3 + 0.6 * random.nextDouble(),
                    200,
                    false,
                    3e6 * Math.exp(0.7 * random.nextGaussian()) / (0.2 + fill),
                    0.02,
                    0.8,
                    correlation));
        }
        return chances;
    }

    private static Chances with(Chances one, double correlation) {
        return new Chances(
                one.error(),
                one.fill(),
                one.latencyMedianMs(),
                one.latencySigma(),
                one.timeoutMs(),
                one.silent(),
                one.meanPriceMicros(),
                one.playbackError(),
                one.watched(),
                correlation);
    }

    private static List<List<Integer>> permutations(int k) {
        List<List<Integer>> all = new ArrayList<>();
        permute(new ArrayList<>(), IntStream.range(0, k).boxed().toList(), all);
        return all;
    }

    private static void permute(List<Integer> begun, List<Integer> left, List<List<Integer>> all) {
        if (left.isEmpty()) {
            all.add(List.copyOf(begun));
        }
        for (Integer next : left) {
            begun.add(next);
            permute(begun, left.stream().filter(one -> !one.equals(next)).toList(), all);
            begun.remove(begun.size() - 1);
        }
    }
}
