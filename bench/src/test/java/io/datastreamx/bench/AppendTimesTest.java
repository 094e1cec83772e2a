package io.datastreamx.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AppendTimesTest {
    private final AppendTimes times = new AppendTimes();

    AppendTimesTest() {
        times.seen(1_000, 0);
        times.seen(2_000, 10);
        times.seen(3_000, 10);
        times.seen(4_000, 30);
    }

    @Test
    void recordsBetweenTwoLooksCameEvenly() {
        assertThat(times.of(4)).isEqualTo(1_500);
        assertThat(times.of(9)).isEqualTo(2_000);
        assertThat(times.of(29)).isEqualTo(4_000);
    }

    @Test
    void nothingCameWhereTheEndStoodStill() {
        assertThat(times.of(10)).isEqualTo(3_050);
    }

    @Test
    void whatIsForgottenChangesNoLaterTime() {
        times.forgetBefore(12);
        assertThat(times.of(19)).isEqualTo(3_500);
    }
}
