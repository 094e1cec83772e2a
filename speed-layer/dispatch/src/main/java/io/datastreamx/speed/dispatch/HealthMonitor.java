package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.ResponseReason;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Which aggregators are sick, by their latest answers. Thread-safe. */
final class HealthMonitor {

    private final int size;
    private final double threshold;
    private final Map<String, HealthWindow> windows = new ConcurrentHashMap<>();

    /**
     * @param size answers in a window
     * @param threshold share of failures at which an aggregator is sick
     */
    HealthMonitor(int size, double threshold) {
        this.size = size;
        this.threshold = threshold;
    }

    /**
     * @param sick the aggregators that were sick when the process before this one ended; their probes decide when they
     *     are well
     */
    void remember(Set<String> sick) {
        sick.forEach(aggregator -> windows.put(aggregator, new HealthWindow(size, threshold, true)));
    }

    void answered(String aggregatorId, ResponseReason reason) {
        windows.computeIfAbsent(aggregatorId, id -> new HealthWindow(size, threshold, false))
                .add(reason.isUnhealthy());
    }

    /** Those that fail. */
    Set<String> sick() {
        Set<String> sick = new TreeSet<>();
        windows.forEach((aggregator, window) -> {
            if (window.sick()) {
                sick.add(aggregator);
            }
        });
        return sick;
    }
}
