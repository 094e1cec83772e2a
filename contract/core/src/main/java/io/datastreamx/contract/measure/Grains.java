package io.datastreamx.contract.measure;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.SortedSet;

/**
 * By which grain a batch version keeps the rollups of each day: its youngest days by the minute, those before them by
 * the hour, the oldest by the day. The column {@link Rollup#MINUTE} of its rows begins such an interval.
 *
 * @param minutesFrom the first day that is kept by the minute
 * @param hoursFrom the first day that is kept by the hour or by the minute
 */
public record Grains(LocalDate minutesFrom, LocalDate hoursFrom) {
    /** Every day is kept by the minute. */
    public static final Grains MINUTES = new Grains(LocalDate.MIN, LocalDate.MIN);

    public Grains {
        if (hoursFrom.isAfter(minutesFrom)) {
            throw new IllegalArgumentException(
                    "days by the hour lie before those by the minute: " + hoursFrom + ", " + minutesFrom);
        }
    }

    /**
     * A day keeps its minutes, and its hours, until it has ended for so long.
     *
     * @param appended when the newest record was appended that the version covers: a time that the log gives, so that a
     *     rebuild makes the same whenever it runs
     */
    public static Grains asOf(Instant appended, Duration minutes, Duration hours) {
        return new Grains(day(appended.minus(minutes)), day(appended.minus(hours)));
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    public Grain of(LocalDate day) {
        return !day.isBefore(minutesFrom) ? Grain.MINUTE : !day.isBefore(hoursFrom) ? Grain.HOUR : Grain.DAY;
    }

    /** The first day from which on all are kept by this grain or a finer one. */
    public LocalDate from(Grain grain) {
        return switch (grain) {
            case MINUTE -> minutesFrom;
            case HOUR -> hoursFrom;
            case DAY -> LocalDate.MIN;
        };
    }

    /** The same for these days and those to come, without a boundary that none of them lies before. */
    public Grains within(SortedSet<LocalDate> days) {
        if (days.isEmpty() || !days.first().isBefore(minutesFrom)) {
            return MINUTES;
        }
        return days.first().isBefore(hoursFrom) ? this : new Grains(minutesFrom, LocalDate.MIN);
    }

    /**
     * The same, but no finer than another version kept these days, which are taken over from it: what is coarse is not
     * made fine again, also where a setting would have kept it longer.
     */
    public Grains noFinerThan(Grains before, Collection<LocalDate> days) {
        LocalDate minutes = minutesFrom;
        LocalDate hours = hoursFrom;
        for (LocalDate day : days) {
            Grain kept = before.of(day);
            if (kept != Grain.MINUTE && !day.isBefore(minutes)) {
                minutes = day.plusDays(1);
            }
            if (kept == Grain.DAY && !day.isBefore(hours)) {
                hours = day.plusDays(1);
            }
        }
        return new Grains(minutes, hours);
    }
}
