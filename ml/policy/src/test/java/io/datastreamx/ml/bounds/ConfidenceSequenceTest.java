package io.datastreamx.ml.bounds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConfidenceSequenceTest {
    private static final double ALPHA = 0.05;
    private static final int RUNS = 400;
    private static final int NIGHTS = 20;
    private static final int NIGHT = 100;

    @Test
    void boundsHoldHoweverOftenOneLooks() {
        int everWrong = 0;
        int everWrongWhenBetting = 0;
        int everWrongByTheNormal = 0;
        for (int run = 0; run < RUNS; run++) {
            double mean = 0.1 + 0.8 * new SplittableRandom(run).nextDouble();
            double[] values = coins(mean, NIGHTS * NIGHT, run);
            ConfidenceSequence bounds = new ConfidenceSequence(0, 1, ALPHA);
            boolean bernstein = false;
            boolean betting = false;
            boolean normal = false;
            for (int night = 1; night <= NIGHTS; night++) {
                double[] seen = Arrays.copyOf(values, night * NIGHT);
                bernstein |= !bounds.empiricalBernstein(seen).holds(mean);
                betting |= !bounds.betting(seen).holds(mean);
                double average = Arrays.stream(seen).average().orElseThrow();
                double error = Math.sqrt(average * (1 - average) / seen.length);
                normal |= Math.abs(average - mean) > 1.96 * error;
            }
            everWrong += bernstein ? 1 : 0;
            everWrongWhenBetting += betting ? 1 : 0;
            everWrongByTheNormal += normal ? 1 : 0;
        }
        assertTrue(everWrong / (double) RUNS <= ALPHA, everWrong + " runs");
        assertTrue(everWrongWhenBetting / (double) RUNS <= ALPHA, everWrongWhenBetting + " runs");
        assertTrue(
                everWrongByTheNormal / (double) RUNS > 3 * ALPHA,
                "one interval of 95 % looked at each night is wrong on some night far more often: "
                        + everWrongByTheNormal);
    }

    @Test
    void boundsNarrowAndBettingIsNarrowerWhereValuesAreFew() {
        double[] values = coins(0.3, 20_000, 1);
        ConfidenceSequence bounds = new ConfidenceSequence(0, 1, ALPHA);
        Interval early = bounds.betting(Arrays.copyOf(values, 1_000));
        Interval late = bounds.betting(values);
        double[] few = Arrays.copyOf(values, 100);
        assertTrue(late.high() - late.low() < (early.high() - early.low()) / 3);
        assertTrue(late.high() - late.low() < 0.04);
        assertTrue(bounds.betting(few).high() - bounds.betting(few).low()
                < bounds.empiricalBernstein(few).high()
                        - bounds.empiricalBernstein(few).low());
    }

    @Test
    void valuesOfAnyRangeAndNoneAtAll() {
        ConfidenceSequence bounds = new ConfidenceSequence(-10, 30, ALPHA);
        assertEquals(new Interval(-10, 30), bounds.betting(new double[0]));
        double[] values =
                Arrays.stream(coins(0.5, 5_000, 2)).map(x -> -10 + 40 * x).toArray();
        assertTrue(bounds.betting(values).holds(10));
        assertTrue(bounds.betting(values).low() > 7);
    }

    private static double[] coins(double mean, int count, long seed) {
        SplittableRandom random = new SplittableRandom(1_000 + seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextDouble() < mean ? 1 : 0;
        }
        return values;
    }
}
