package io.datastreamx.contract.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventClockTest {
    private static final long APPENDED = 1_780_000_000_000_000L;

    @Test
    void aWeekLateOrADayAheadIsBelievedADecadeOrAYearIsNot() {
        assertThat(EventClock.countedMicros(shifted(Duration.ofDays(-35)), APPENDED))
                .isEqualTo(shifted(Duration.ofDays(-35)));
        assertThat(EventClock.countedMicros(shifted(Duration.ofDays(-35)) - 1, APPENDED))
                .isEqualTo(APPENDED);
        assertThat(EventClock.countedMicros(shifted(Duration.ofHours(25)), APPENDED))
                .isEqualTo(shifted(Duration.ofHours(25)));
        assertThat(EventClock.countedMicros(shifted(Duration.ofHours(25)) + 1, APPENDED))
                .isEqualTo(APPENDED);
        assertThat(EventClock.countedMicros(0, APPENDED)).isEqualTo(APPENDED);
    }

    private static long shifted(Duration by) {
        return APPENDED + by.toMillis() * 1_000;
    }
}
