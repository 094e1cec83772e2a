package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HealthWindowTest {

    private final HealthWindow window = new HealthWindow(48, 0.5, false);

    private void add(int count, boolean failure) {
        for (int i = 0; i < count; i++) {
            window.add(failure);
        }
    }

    @Test
    void aFewFirstFailuresProveNothing() {
        add(11, true);
        assertFalse(window.sick());
        add(1, true);
        assertTrue(window.sick());
    }

    @Test
    void theThresholdIsAShareOfTheWindow() {
        add(48, false);
        add(23, true);
        assertFalse(window.sick());
        add(1, true);
        assertTrue(window.sick());
    }

    @Test
    void aTwelfthOfGoodAnswersHealsAndOldFailuresDoNotCountAgain() {
        add(48, true);
        add(3, false);
        assertTrue(window.sick());
        add(1, false);
        assertFalse(window.sick());
        add(9, true);
        assertFalse(window.sick());
    }

    @Test
    void itTakesFewerFailuresThanHalfTheThresholdToHeal() {
        HealthWindow probed = new HealthWindow(48, 0.5, true);
        for (int i = 0; i < 40; i++) {
            probed.add(i % 4 == 0);
            assertTrue(probed.sick(), "one of any four is a share of 0.25, not below it");
        }
    }
}
