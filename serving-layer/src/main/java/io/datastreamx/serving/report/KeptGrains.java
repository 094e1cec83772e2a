package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Grains;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * What reports over rollups can tell apart: of older days only hours are kept, or days. A question whose answer is the
 * same at the coarser grain has it; one that needs more is refused.
 *
 * @param grains by which the version in force keeps rollups
 */
public record KeptGrains(Grains grains) {
    private static final int MINUTES_PER_DAY = Grain.DAY.minutes();

    /** @throws BadQueryException saying what is kept and how to ask */
    void requireFor(ReportQuery query) {
        if (grains.equals(Grains.MINUTES)) {
            return;
        }
        query.grain().ifPresent(grain -> requireSince(grain, query.fromMinute(), query.toMinute()));
        requireBound("from", query.fromMinute());
        requireBound("to", query.toMinute());
    }

    /**
     * The finest grain by which all since a minute can be told.
     *
     * @param fromMinute since the epoch; empty for all there is
     * @param finest no finer one is wanted
     */
    public Grain since(OptionalLong fromMinute, Grain finest) {
        return Arrays.stream(Grain.values())
                .filter(grain -> !finest.isCoarserThan(grain))
                .filter(grain -> keeps(grain, fromMinute))
                .findFirst()
                .orElse(Grain.DAY);
    }

    private boolean keeps(Grain grain, OptionalLong fromMinute) {
        LocalDate first = fromMinute.isPresent() ? day(fromMinute.getAsLong()) : LocalDate.MIN;
        return !first.isBefore(grains.from(grain));
    }

    private void requireSince(Grain grain, OptionalLong fromMinute, OptionalLong toMinute) {
        if (keeps(grain, fromMinute)) {
            return;
        }
        String kept = grains.from(grain).toString();
        boolean isAllBefore = toMinute.isPresent() && toMinute.getAsLong() <= minute(grains.from(grain));
        throw new BadQueryException("by=" + grain.id() + " has no answer: " + said() + ". Ask by="
                + since(fromMinute, grain).id() + (isAllBefore ? "" : ", or with from=" + kept));
    }

    /** A bound within an interval would cut it in two. */
    private void requireBound(String name, OptionalLong minute) {
        if (minute.isEmpty() || Math.floorMod(minute.getAsLong(), MINUTES_PER_DAY) == 0) {
            return;
        }
        Grain grain = grains.of(day(minute.getAsLong()));
        long start = startOf(minute.getAsLong());
        if (start != minute.getAsLong()) {
            throw new BadQueryException("'" + name + "' lies within " + (grain == Grain.HOUR ? "an hour" : "a day")
                    + " that is kept as a whole: " + said() + ". Ask with " + name + "=" + Group.time(start) + " or "
                    + name + "=" + Group.time(start + grain.minutes()));
        }
    }

    private String said() {
        String minutes = "minutes are kept since " + grains.minutesFrom();
        if (grains.hoursFrom().equals(LocalDate.MIN)) {
            return minutes + ", before that hours";
        }
        return minutes
                + (grains.hoursFrom().equals(grains.minutesFrom()) ? "" : ", hours since " + grains.hoursFrom())
                + ", before that days";
    }

    /** The last minute, up to one, at which a report can begin. */
    public long startOf(long minute) {
        return grains.of(day(minute)).startOf(minute);
    }

    private static LocalDate day(long minute) {
        return LocalDate.ofEpochDay(Math.floorDiv(minute, (long) MINUTES_PER_DAY));
    }

    private static long minute(LocalDate day) {
        return day.toEpochDay() * MINUTES_PER_DAY;
    }
}
