package io.datastreamx.simulator.lab;

import io.datastreamx.simulator.world.Drift;
import io.datastreamx.simulator.world.Truth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** How many minutes after an aggregator's outage begins it is asked only a fifth as often as in the hour before. */
final class OutageWatch {
    private static final double FELL_TO = 0.2;
    private static final int HOUR = 60;
    private static final double DAY_MS = 86_400_000;

    private final List<Watched> outages = new ArrayList<>();

    /**
     * What became of one outage.
     *
     * @param askedPerMinute in the hour before
     * @param minutes until no more than a fifth of that; null where the outage, or the run, ended before
     */
    record Found(Drift.Outage outage, double askedPerMinute, Integer minutes) {}

    private static final class Watched {
        private final Drift.Outage outage;
        private final int place;
        private final long beginMs;
        private final long endMs;
        private final Deque<Long> before = new ArrayDeque<>();
        private long last;
        private double usual = -1;
        private Integer minutes;

        Watched(Drift.Outage outage, int place, long startMs) {
            this.outage = outage;
            this.place = place;
            this.beginMs = startMs + (long) (outage.day() * DAY_MS);
            this.endMs = beginMs + (long) (outage.hours() * DAY_MS / 24);
        }

        void minute(long startMs, long askedToday) {
            long asked = askedToday - last;
            last = askedToday;
            if (startMs < beginMs) {
                before.add(asked);
                if (before.size() > HOUR) {
                    before.remove();
                }
                return;
            }
            if (usual < 0) {
                usual = before.stream().mapToLong(Long::longValue).average().orElse(0);
            }
            if (minutes == null && startMs < endMs && usual > 0 && asked <= FELL_TO * usual) {
                minutes = (int) ((startMs - beginMs) / 60_000);
            }
        }
    }

    OutageWatch(Truth truth, long startMs) {
        for (Drift drift : truth.world().drift()) {
            if (drift instanceof Drift.Outage outage) {
                outages.add(new Watched(outage, truth.indexOf(outage.aggregator()), startMs));
            }
        }
    }

    void midnight() {
        outages.forEach(watched -> watched.last = 0);
    }

    /** A minute is over. @param askedToday attempts since midnight, by place */
    void minute(long startMs, long[] askedToday) {
        outages.forEach(watched -> watched.minute(startMs, askedToday[watched.place]));
    }

    boolean isNeeded() {
        return !outages.isEmpty();
    }

    /** Of those that have begun. */
    List<Found> found() {
        return outages.stream()
                .filter(watched -> watched.usual >= 0)
                .map(watched -> new Found(watched.outage, watched.usual, watched.minutes))
                .toList();
    }
}
