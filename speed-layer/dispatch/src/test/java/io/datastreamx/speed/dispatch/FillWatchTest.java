package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fills that stop, and those that only become fewer. */
class FillWatchTest {
    private final Random random = new Random(3);
    private final FillWatch watch = new FillWatch();
    private long nowMs = 1_800_000_037_000L;

    /** @return whether it was dry at some second */
    private boolean ask(int seconds, double perSecond, double share) {
        boolean dry = false;
        double due = 0;
        for (int second = 0; second < seconds; second++) {
            for (due += perSecond; due >= 1; due--) {
                watch.add(nowMs, random.nextDouble() < share);
            }
            nowMs += 1_000;
            dry |= watch.isDry(nowMs);
        }
        return dry;
    }

    /** As where a proxy in between answers everything with 204. */
    @ParameterizedTest
    @CsvSource({"1000, 0.6, 11", "40, 0.6, 15", "40, 0.05, 50", "5, 0.5, 45", "2, 0.4, 120"})
    void anAggregatorThatFillsNothingAnyMoreIsDryWithinAMinuteOrTwo(double perSecond, double share, int withinSeconds) {
        assertFalse(ask(1_800, perSecond, share));
        assertTrue(ask(withinSeconds, perSecond, 0), "not dry after " + withinSeconds + " s");
    }

    @Test
    void probesThatFillBringItBack() {
        ask(600, 40, 0.5);
        assertTrue(ask(60, 40, 0));
        assertTrue(ask(60, 0.5, 0), "probes that do not fill change nothing");
        ask(60, 0.5, 0.5);
        assertFalse(watch.isDry(nowMs));
        assertFalse(ask(1_800, 40, 0.5), "and it starts anew");
    }

    @Test
    void afterAnHourWithoutFillsThatIsHowItIs() {
        ask(600, 40, 0.5);
        assertTrue(ask(60, 40, 0));
        ask(3_600, 0.5, 0);
        assertFalse(watch.isDry(nowMs));
        assertFalse(ask(3_600, 40, 0), "nothing is expected of it");
    }

    @Test
    void oneThatFillsLessThanBeforeIsNotDry() {
        ask(1_800, 40, 0.6);
        assertFalse(ask(1_800, 40, 0.3));
        assertFalse(ask(1_800, 40, 0.12));
    }

    @Test
    void chanceMakesNobodyDry() {
        for (double share : new double[] {0.01, 0.05, 0.5}) {
            assertFalse(ask(6 * 3_600, 20, share), "at " + share);
        }
    }

    @Test
    void anEveningThatComesSlowlyMakesNobodyDry() {
        for (double share = 0.6; share > 0.02; share *= 0.9) {
            assertFalse(ask(300, 20, share), "at " + share);
        }
    }

    @Test
    void whoeverIsNotAskedIsNotDry() {
        ask(1_800, 40, 0.6);
        assertFalse(ask(7_200, 0, 0));
        assertFalse(ask(10, 1, 0));
    }
}
