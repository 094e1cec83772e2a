package io.datastreamx.speed.routing;

import java.time.Duration;
import java.time.Instant;

/**
 * When a router's checkpoints are due: of two routers, the one's half an interval after the other's, by the clock, so
 * that one decides while the other plans its next batch. Spark counts a batch from the end of the one before, so that
 * each comes later by the pause between two; a shorter batch makes up for that, and for what is left the query is begun
 * anew now and then.
 */
final class Turn {
    /** Spark's own limit for a batch in real-time mode. */
    static final Duration SHORTEST = Duration.ofSeconds(5);
    /** A checkpoint further off than this share of the interval is out of turn. */
    private static final int TOLERATED_SHARE = 8;

    private final long intervalMs;
    private final long offsetMs;

    /**
     * @param interval between two checkpoints
     * @param name of the router: names that differ in their last character, as routing-1 and routing-2 do, by one get
     *     different turns
     */
    Turn(Duration interval, String name) {
        this.intervalMs = interval.toMillis();
        this.offsetMs = isSecond(name) ? intervalMs / 2 : 0;
    }

    /** Whether the router comes after the other one in all that they take turns in. */
    static boolean isSecond(String name) {
        return Math.floorMod(name.hashCode(), 2) == 1;
    }

    /** A batch that begins now and ends when a checkpoint is due. */
    Duration untilDue(Instant now) {
        long left = intervalMs - sinceDue(now);
        return Duration.ofMillis(left < SHORTEST.toMillis() ? left + intervalMs : left);
    }

    /** A batch of one among many. @param pause between two batches */
    Duration steady(Duration pause) {
        return Duration.ofMillis(Math.max(SHORTEST.toMillis(), intervalMs - pause.toMillis()));
    }

    /** Whether a checkpoint came too far from when one is due. */
    boolean isOut(Instant checkpoint) {
        long since = sinceDue(checkpoint);
        return Math.min(since, intervalMs - since) > intervalMs / TOLERATED_SHARE;
    }

    private long sinceDue(Instant now) {
        return Math.floorMod(now.toEpochMilli() - offsetMs, intervalMs);
    }
}
