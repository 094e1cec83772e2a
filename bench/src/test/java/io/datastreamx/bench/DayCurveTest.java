package io.datastreamx.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DayCurveTest {
    private static final DayCurve DAY = new DayCurve(3_600, 3_000, 12_000, 1_000);

    @Test
    void itsMeanIsTheOneThatWasAskedFor() {
        double records = 0;
        double requests = 0;
        for (double at = 0.5; at < DAY.seconds(); at++) {
            records += DAY.recordsPerSecond(at);
            requests += DAY.requestsPerSecond(at);
        }
        assertThat(records / DAY.seconds()).isCloseTo(3_000, within(1.0));
        assertThat(requests / DAY.seconds()).isCloseTo(250, within(0.1));
    }

    @Test
    void primeTimeHasItsRatesFromEndToEnd() {
        for (double at = DAY.primeFromSeconds(); at <= DAY.primeToSeconds(); at++) {
            assertThat(DAY.recordsPerSecond(at)).isCloseTo(12_000, within(1e-6));
            assertThat(DAY.requestsPerSecond(at)).isCloseTo(1_000, within(1e-6));
        }
        assertThat((DAY.primeToSeconds() - DAY.primeFromSeconds()) / DAY.seconds())
                .isCloseTo(0.08, within(1e-9));
    }

    @Test
    void aPrimeTimeThatLeavesNothingForTheRestIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DayCurve(60, 1_000, 12_000, 100))
                .withMessageContaining("at most");
    }
}
