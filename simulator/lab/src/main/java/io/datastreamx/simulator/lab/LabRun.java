package io.datastreamx.simulator.lab;

import java.util.ArrayList;
import java.util.List;

/** The days of one policy. */
final class LabRun {
    private final String policy;
    private final List<DayFigures> days = new ArrayList<>();
    private long nanos;
    private List<OutageWatch.Found> outages = List.of();

    LabRun(String policy) {
        this.policy = policy;
    }

    String policy() {
        return policy;
    }

    void add(DayFigures day, long wakingNanos, List<OutageWatch.Found> outagesSoFar) {
        days.add(day);
        nanos += wakingNanos;
        outages = outagesSoFar;
    }

    List<OutageWatch.Found> outages() {
        return outages;
    }

    List<DayFigures> days() {
        return days;
    }

    DayFigures last() {
        return days.get(days.size() - 1);
    }

    /** World and policy, without the nights. */
    double requestsPerSecond() {
        return days.stream().mapToLong(day -> day.requests).sum() * 1e9 / Math.max(1, nanos);
    }

    /** All days together. */
    DayFigures total() {
        DayFigures total = new DayFigures(days.get(0).asked.length);
        days.forEach(total::add);
        return total;
    }
}
