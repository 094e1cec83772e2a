package io.datastreamx.simulator.lab;

import io.datastreamx.simulator.world.Draws;
import io.datastreamx.simulator.world.Traffic;
import java.util.SplittableRandom;

/**
 * When the requests of one day come and from which boxes: the same whatever the policy. As many as wanted, spread by
 * the weights of the hours.
 */
final class DayRequests {
    static final long DAY_MS = 86_400_000;
    private static final int HOURS = 24;

    private final long[] times;
    private final int[] boxes;

    /** @param day from 1 @param startMs of the first day */
    DayRequests(Traffic traffic, long seed, int day, int requests, int fleet, long startMs) {
        SplittableRandom random = Draws.random(seed, "requests", Integer.toString(day));
        double[] upTo = new double[HOURS + 1];
        for (int hour = 0; hour < HOURS; hour++) {
            upTo[hour + 1] = upTo[hour] + traffic.weight(hour);
        }
        times = new long[requests];
        boxes = new int[requests];
        int hour = 0;
        for (int i = 0; i < requests; i++) {
            double at = (i + random.nextDouble()) / requests * upTo[HOURS];
            while (hour < HOURS - 1 && upTo[hour + 1] <= at) {
                hour++;
            }
            double share = traffic.weight(hour) == 0 ? 0 : (at - upTo[hour]) / traffic.weight(hour);
            times[i] = startMs + (day - 1) * DAY_MS + (long) ((hour + Math.min(0.999999, share)) * 3_600_000);
            boxes[i] = random.nextInt(fleet);
        }
    }

    int count() {
        return times.length;
    }

    long timeMs(int index) {
        return times[index];
    }

    int box(int index) {
        return boxes[index];
    }
}
