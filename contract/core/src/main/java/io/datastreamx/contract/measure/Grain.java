package io.datastreamx.contract.measure;

import java.util.Locale;

/** How long the intervals are by which rollups are kept and reports count, finest first. All begin in UTC. */
public enum Grain {
    MINUTE(1),
    HOUR(60),
    DAY(1440);

    private final int minutes;

    Grain(int minutes) {
        this.minutes = minutes;
    }

    /** The name in tables, reports and SQL. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public int minutes() {
        return minutes;
    }

    public boolean isCoarserThan(Grain other) {
        return minutes > other.minutes;
    }

    /** The start of the interval in which a minute lies; both since the epoch. */
    public long startOf(long minute) {
        return minute - Math.floorMod(minute, minutes);
    }
}
