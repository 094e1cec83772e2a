package io.datastreamx.verification;

import java.util.Locale;

/** By what reports tell times apart. */
public enum Interval {
    MINUTE(1),
    HOUR(60),
    DAY(1440),
    ALL_TIME(0);

    private final int minutes;

    Interval(int minutes) {
        this.minutes = minutes;
    }

    /** The dimension of reports; there is none of all time. */
    String dimension() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isTime() {
        return minutes > 0;
    }

    /** The first minute of the interval in which one lies, since the epoch. */
    long startOf(long minute) {
        return minutes == 0 ? 0 : Math.floorDiv(minute, (long) minutes) * minutes;
    }
}
