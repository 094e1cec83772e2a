package io.datastreamx.lake;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Times of rows that are read in the order of their times: none is as old as one before it, whatever the clocks say.
 */
final class LaterTime {
    private LaterTime() {}

    /** The time to the microsecond, as a table keeps it, moved behind the last one before it where need be. */
    static Instant than(Stream<Instant> before, Instant at) {
        Instant kept = at.truncatedTo(ChronoUnit.MICROS);
        return before.max(Comparator.naturalOrder())
                .filter(last -> !kept.isAfter(last))
                .map(last -> last.plusMillis(1))
                .orElse(kept);
    }
}
