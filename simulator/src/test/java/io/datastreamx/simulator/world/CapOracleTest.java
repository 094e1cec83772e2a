package io.datastreamx.simulator.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CapOracleTest {
    private static final double NONE = Double.POSITIVE_INFINITY;

    /** One attempt each, certain fills: assigning four requests to two aggregators with room for two and one. */
    @Test
    void equalsTheAssignmentThatCanBeCountedByHand() {
        double[][] worth = {{5e6, 4e6}, {9e6, 2e6}, {6e6, 5.5e6}, {3e6, 1e6}};
        List<CapOracle.Request> requests = new ArrayList<>();
        for (double[] row : worth) {
            requests.add(new CapOracle.Request(List.of(certain(row[0]), certain(row[1])), 15));
        }
        double best = 0;
        for (int way = 0; way < 81; way++) {
            int[] used = new int[2];
            double sum = 0;
            for (int r = 0, rest = way; r < 4; r++, rest /= 3) {
                if (rest % 3 < 2) {
                    used[rest % 3]++;
                    sum += worth[r][rest % 3];
                }
            }
            best = used[0] <= 2 && used[1] <= 1 ? Math.max(best, sum) : best;
        }
        CapOracle.Solution found = CapOracle.solve(requests, new double[] {2, 1});
        assertEquals(best, found.boundMicros(), 0.002 * best);
        assertEquals(best, found.reachedMicros(), 0.002 * best);
        assertTrue(found.fills()[0] <= 2 + 1e-6 && found.fills()[1] <= 1 + 1e-6, Arrays.toString(found.fills()));
    }

    @Test
    void withoutCapsItIsTheChainOracleAndWithThemLessAndWithinThem() {
        SplittableRandom random = new SplittableRandom(2);
        List<CapOracle.Request> requests = new ArrayList<>();
        double free = 0;
        double[] fills = new double[4];
        for (int r = 0; r < 60; r++) {
            List<Chances> chances = new ArrayList<>();
            for (int a = 0; a < 4; a++) {
                double fill = Normal.logistic(random.nextGaussian());
                chances.add(new Chances(0, fill, 60, 0.5, 200, false, 4e6 * Math.exp(random.nextGaussian()), 0, 1, 0));
            }
            requests.add(new CapOracle.Request(chances, 300));
            ChainOracle.Plan plan = new ChainOracle().best(chances, 300);
            free += plan.valueMicros();
            for (int a = 0; a < 4; a++) {
                fills[a] += plan.fills()[a];
            }
        }
        CapOracle.Solution uncapped = CapOracle.solve(requests, new double[] {NONE, NONE, NONE, NONE});
        assertEquals(free, uncapped.boundMicros(), 1e-6 * free);
        assertEquals(free, uncapped.reachedMicros(), 1e-6 * free);

        double[] caps = {fills[0] / 3, fills[1] / 2, NONE, fills[3] * 2};
        CapOracle.Solution capped = CapOracle.solve(requests, caps);
        assertTrue(capped.reachedMicros() >= 0.999 * capped.boundMicros(), capped.toString());
        assertTrue(capped.boundMicros() < 0.99 * free, capped.boundMicros() + " of " + free);
        for (int a = 0; a < 4; a++) {
            assertTrue(capped.fills()[a] <= caps[a] * (1 + 1e-6), a + ": " + capped.fills()[a]);
        }
        assertTrue(
                capped.pricesMicros()[0] > 0 && capped.pricesMicros()[2] == 0, Arrays.toString(capped.pricesMicros()));
    }

    private static Chances certain(double priceMicros) {
        return new Chances(0, 1, 10, 1e-12, 200, false, priceMicros, 0, 1, 0);
    }
}
