package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerTimesTest {
    @Test
    void sharesAndMeansAreThoseOfThePieces() {
        AnswerCurve curve = new AnswerCurve(new AnswerTimes(List.of(100.0, 200.0), List.of(0.5, 0.9)));
        assertEquals(0, curve.within(0));
        assertEquals(0.25, curve.within(50));
        assertEquals(0.5, curve.within(100));
        assertEquals(0.7, curve.within(150), 1e-15);
        assertEquals(0.9, curve.within(5_000));
        assertEquals(0, curve.meanMs(-1));
        assertEquals(50 - 50 * 0.25 / 2, curve.meanMs(50), 1e-12);
        assertEquals(100 - 25, curve.meanMs(100), 1e-12);
        assertEquals(300 - 25 - 70 - 90, curve.meanMs(300), 1e-12);
    }

    /** Half of all are given up at 120 ms: what is known beyond comes from the others. */
    @Test
    void whoIsGivenUpSaysNothingAboutLater() {
        Random random = new Random(8);
        double[] ends = new double[30];
        double[] answered = new double[30];
        double[] givenUp = new double[30];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = 10 * (i + 1);
        }
        for (int i = 0; i < 200_000; i++) {
            double time = 80 * Math.exp(0.5 * random.nextGaussian());
            double limit = random.nextBoolean() ? 120 : 299;
            int at = (int) (Math.min(time, limit) / 10);
            (time <= limit ? answered : givenUp)[Math.min(29, at)]++;
        }
        AnswerCurve curve = new AnswerCurve(AnswerTimes.observed(ends, answered, givenUp));
        assertEquals(0.5, curve.within(80), 0.01);
        assertEquals(0.9663, curve.within(200), 0.01);
        assertEquals(90.65, curve.meanMs(1e9) - 1e9 * (1 - curve.within(1e9)), 2.5);
    }

    @Test
    void countsThatCannotBeAreRefused() {
        double[] one = {1};
        assertThrows(IllegalArgumentException.class, () -> AnswerTimes.observed(one, new double[2], one));
        assertThrows(IllegalArgumentException.class, () -> AnswerTimes.observed(one, new double[] {-1}, one));
        assertThrows(IllegalArgumentException.class, () -> AnswerTimes.observed(one, new double[1], new double[1]));
    }
}
