package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.policy.Correction;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in the answers of one aggregator, minute by minute. */
class ResponseWatchTest {
    private static final long EXPECTED_PRICE = 2_000_000;
    /** Of prices that scatter by a lognormal with σ = 0.5. */
    private static final PriceSpread SPREAD = new PriceSpread(0.99, 0.26);

    private final Random random = new Random(3);
    private final ResponseWatch watch = new ResponseWatch();
    private long nowMs = 1_800_000_037_000L;

    private double fill = 0.5;
    private double price = 1;
    private Double expectedFill = 0.5;

    /** @return the smallest and the largest correction of any second */
    private double[] ask(int seconds, double perSecond) {
        double least = 1;
        double most = 1;
        double due = 0;
        for (int second = 0; second < seconds; second++) {
            for (due += perSecond; due >= 1; due--) {
                boolean filled = random.nextDouble() < fill;
                watch.answered("acme", nowMs, filled, expectedFill);
                if (filled) {
                    double scatter = Math.exp(0.5 * random.nextGaussian() - 0.125);
                    watch.paid("acme", nowMs, Math.round(price * scatter * EXPECTED_PRICE), EXPECTED_PRICE, SPREAD);
                }
            }
            nowMs += 1_000;
            least = Math.min(least, Math.min(correction().fill(), correction().price()));
            most = Math.max(most, Math.max(correction().fill(), correction().price()));
        }
        return new double[] {least, most};
    }

    private Correction correction() {
        return watch.corrections(nowMs).getOrDefault("acme", Correction.NONE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 2, 20})
    void whoDoesAsExpectedIsLeftAlone(double perSecond) {
        double[] found = ask(12 * 3_600, perSecond);
        assertTrue(found[0] > 0.8 && found[1] < 1.25, found[0] + " to " + found[1]);
    }

    /** As where a proxy in between answers everything with 204. */
    @ParameterizedTest
    @CsvSource({"20, 0.6, 20", "4, 0.5, 30", "1, 0.4, 90", "0.5, 0.5, 120"})
    void anAggregatorThatFillsNothingAnyMoreIsFound(double perSecond, double share, int withinSeconds) {
        fill = share;
        expectedFill = share;
        ask(1_800, perSecond);
        fill = 0;
        ask(withinSeconds, perSecond);
        assertTrue(correction().fill() < 0.35, "after " + withinSeconds + " s " + correction());
        ask(300, perSecond);
        assertTrue(correction().fill() < 0.1, "after five minutes more " + correction());
        assertEquals(1, correction().price());
    }

    @Test
    void fewProbesThatFillBringItBack() {
        ask(1_800, 10);
        fill = 0;
        ask(600, 10);
        ask(600, 0.5);
        assertEquals(Correction.LEAST, correction().fill());
        fill = 0.5;
        ask(60, 0.5);
        assertTrue(correction().fill() > 0.5, "after a minute of probes " + correction());
        ask(300, 10);
        assertEquals(1, correction().fill(), 0.1);
    }

    @ParameterizedTest
    @CsvSource({"0.35, 5, 60", "2.5, 5, 60", "2.5, 0.4, 240", "0.8, 20, 300"})
    void anotherPriceShowsWithinMinutes(double factor, double perSecond, int withinSeconds) {
        ask(1_800, perSecond);
        price = factor;
        ask(withinSeconds, perSecond);
        double found = correction().price();
        assertTrue(
                factor < 1 ? found < Math.sqrt(factor) * 1.05 : found > Math.sqrt(factor),
                "after " + withinSeconds + " s " + correction());
        assertEquals(1, correction().fill(), 0.05);
    }

    /** Whatever it says, it is one fill. */
    @Test
    void onePoisonedPriceMovesNothing() {
        ResponseWatchTest other = new ResponseWatchTest();
        ask(600, 2);
        other.ask(600, 2);
        watch.paid("acme", nowMs, 1_000_000_000_000_000L, EXPECTED_PRICE, SPREAD);
        for (int second = 0; second < 600; second++) {
            ask(1, 2);
            other.ask(1, 2);
            assertEquals(other.correction().price(), correction().price(), 0.15);
        }
    }

    @Test
    void correctionsStayWithinTheirBounds() {
        ask(600, 20);
        price = 1_000;
        fill = 1;
        expectedFill = 0.01;
        double[] found = ask(600, 20);
        assertTrue(found[1] <= Correction.MOST);
        assertTrue(correction().price() > 3.5);
    }

    /** What was expected is then what it did itself in the hour before. */
    @Test
    void withoutAModelAnAggregatorIsHeldAgainstItself() {
        expectedFill = null;
        double[] found = ask(7_200, 5);
        assertTrue(found[0] > 0.75 && found[1] < 1.35, found[0] + " to " + found[1]);
        fill = 0;
        ask(120, 5);
        assertTrue(correction().fill() < 0.2, correction().toString());
    }

    @Test
    void aProcessGoesOnFromWhatTheOneBeforeHasFound() {
        Map<String, Correction> before = Map.of("acme", new Correction(Correction.LEAST, 2));
        watch.remember(before, nowMs);
        assertTrue(correction().fill() < 0.2, correction().toString());
        assertTrue(correction().price() > 1.5, correction().toString());
        ask(120, 5);
        assertEquals(new Correction(1, 1), correction());
    }

    @Test
    void theSameAnswersAtTheSameTimesAreJudgedAlike() {
        fill = 0.3;
        ask(3_600, 3);
        Correction first = correction();
        ResponseWatchTest again = new ResponseWatchTest();
        again.fill = 0.3;
        again.ask(3_600, 3);
        assertEquals(first, again.correction());
        assertTrue(first.fill() < 0.75, first.toString());
    }
}
