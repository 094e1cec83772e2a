package io.datastreamx.simulator.world;

/**
 * How dispatch spends the time of a request: the next aggregator is asked when one does not fill, each at most until
 * its own timeout, none with less than the least time left.
 */
public final class ChainClock {
    /** Kept back for the delivery of the ad, milliseconds. */
    public static final long RESERVE_MS = 20;

    /** With less left nobody is asked, milliseconds. */
    public static final long LEAST_MS = 10;

    private ChainClock() {}

    /** What attempts may use of the time that is left at the decision, milliseconds. */
    public static long forAttempts(long leftMs) {
        return leftMs - RESERVE_MS;
    }
}
