package io.datastreamx.contract.event;

import java.time.Duration;

/**
 * Whether a sender's clock can be believed. An {@code event_time} far from the moment at which the broker appended the
 * record is a wrong clock, not a late event: it counts in the minute of its append. Depends on the record alone, so
 * every replay agrees.
 */
public final class EventClock {
    /** The oldest that an event may be when it is appended. */
    public static final Duration MAX_AGE = Duration.ofDays(35);
    /** The farthest that its time may lie ahead of its append. */
    public static final Duration MAX_AHEAD = Duration.ofHours(25);

    private static final long MAX_AGE_MICROS = MAX_AGE.toMillis() * 1_000;
    private static final long MAX_AHEAD_MICROS = MAX_AHEAD.toMillis() * 1_000;

    private EventClock() {}

    /** The time in whose minute the event counts. All in microseconds since the epoch. */
    public static long countedMicros(long eventMicros, long appendMicros) {
        return isImplausible(eventMicros, appendMicros) ? appendMicros : eventMicros;
    }

    /** Both in microseconds since the epoch. */
    public static boolean isImplausible(long eventMicros, long appendMicros) {
        return eventMicros < appendMicros - MAX_AGE_MICROS || eventMicros > appendMicros + MAX_AHEAD_MICROS;
    }
}
