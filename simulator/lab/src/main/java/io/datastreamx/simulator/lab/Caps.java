package io.datastreamx.simulator.lab;

import io.datastreamx.simulator.world.World;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/** How many ads each aggregator gave today, and may give. Thread-safe; never more than the cap. */
final class Caps {
    private final long[] caps;
    private final AtomicLongArray used;

    Caps(World world, int requestsPerDay) {
        caps = world.aggregators().stream()
                .mapToLong(profile -> profile.dailyCap(requestsPerDay))
                .map(cap -> cap == 0 ? Long.MAX_VALUE : cap)
                .toArray();
        used = new AtomicLongArray(caps.length);
    }

    /** Whether there is a cap at all. */
    boolean any() {
        return Arrays.stream(caps).anyMatch(cap -> cap < Long.MAX_VALUE);
    }

    /** Whether the aggregator may still give an ad. */
    boolean open(int aggregator) {
        return used.get(aggregator) < caps[aggregator];
    }

    /** Of a day, by place; infinite without a cap. */
    double[] limits() {
        return Arrays.stream(caps)
                .mapToDouble(cap -> cap == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : cap)
                .toArray();
    }

    void newDay() {
        for (int a = 0; a < caps.length; a++) {
            used.set(a, 0);
        }
    }

    /** Keeps room for one ad; false where there is none. */
    boolean reserve(int aggregator) {
        if (used.incrementAndGet(aggregator) <= caps[aggregator]) {
            return true;
        }
        used.decrementAndGet(aggregator);
        return false;
    }

    void giveBack(int aggregator) {
        used.decrementAndGet(aggregator);
    }

    long[] fills() {
        long[] fills = new long[caps.length];
        for (int a = 0; a < fills.length; a++) {
            fills[a] = used.get(a);
        }
        return fills;
    }
}
