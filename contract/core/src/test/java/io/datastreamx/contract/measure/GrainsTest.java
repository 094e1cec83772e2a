package io.datastreamx.contract.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GrainsTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-27");
    private static final Grains GRAINS =
            Grains.asOf(Instant.parse("2026-11-27T15:00:00Z"), Duration.ofHours(48), Duration.ofDays(90));

    @Test
    void aDayKeepsItsMinutesUntilItHasEndedForSoLong() {
        assertThat(GRAINS.minutesFrom()).isEqualTo(TODAY.minusDays(2));
        assertThat(GRAINS.hoursFrom()).isEqualTo(TODAY.minusDays(90));
        assertThat(GRAINS.of(TODAY.plusDays(1))).isEqualTo(Grain.MINUTE);
        assertThat(GRAINS.of(TODAY.minusDays(2))).isEqualTo(Grain.MINUTE);
        assertThat(GRAINS.of(TODAY.minusDays(3))).isEqualTo(Grain.HOUR);
        assertThat(GRAINS.of(TODAY.minusDays(90))).isEqualTo(Grain.HOUR);
        assertThat(GRAINS.of(TODAY.minusDays(91))).isEqualTo(Grain.DAY);
        assertThat(Grains.MINUTES.of(LocalDate.parse("1969-12-31"))).isEqualTo(Grain.MINUTE);
    }

    @Test
    void aBoundaryThatNoDayLiesBeforeIsNone() {
        TreeSet<LocalDate> days = new TreeSet<>(List.of(TODAY.minusDays(2), TODAY));
        assertThat(GRAINS.within(days)).isEqualTo(Grains.MINUTES);
        days.add(TODAY.minusDays(3));
        assertThat(GRAINS.within(days)).isEqualTo(new Grains(TODAY.minusDays(2), LocalDate.MIN));
        days.add(TODAY.minusDays(91));
        assertThat(GRAINS.within(days)).isEqualTo(GRAINS);
        assertThat(GRAINS.within(new TreeSet<>())).isEqualTo(Grains.MINUTES);
    }

    @Test
    void whatIsTakenOverAsItIsIsNotMadeFineAgain() {
        Grains longer = Grains.asOf(Instant.parse("2026-11-27T16:00:00Z"), Duration.ofDays(30), Duration.ofDays(200));
        LocalDate hours = TODAY.minusDays(4);
        LocalDate days = TODAY.minusDays(100);
        Grains next = longer.noFinerThan(GRAINS, List.of(days, hours, TODAY.minusDays(1)));
        assertThat(next).isEqualTo(new Grains(hours.plusDays(1), days.plusDays(1)));
        assertThat(longer.noFinerThan(GRAINS, List.of(TODAY))).isEqualTo(longer);
        assertThat(GRAINS.noFinerThan(longer, List.of(days, hours))).isEqualTo(GRAINS);
    }
}
