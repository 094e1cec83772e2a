package io.datastreamx.speed.dispatch;

import io.datastreamx.config.DispatchSettings;
import io.datastreamx.contract.event.ResponseOutcome;
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
    private final Map<String, FillWatch> fills = new ConcurrentHashMap<>();

    HealthMonitor(DispatchSettings settings) {
        this.size = settings.healthWindow();
        this.threshold = settings.healthThreshold();
    }

    /**
     * @param sick the aggregators that were sick when the process before this one ended; their probes decide when they
     *     are well
     */
    void remember(Set<String> sick) {
        sick.forEach(aggregator -> windows.put(aggregator, new HealthWindow(size, threshold, true)));
    }

    /** @param atMs when Kafka took the response */
    void answered(String aggregatorId, ResponseReason reason, long atMs) {
        windows.computeIfAbsent(aggregatorId, id -> new HealthWindow(size, threshold, false))
                .add(reason.isUnhealthy());
        ResponseOutcome outcome = reason.outcome();
        if (outcome == ResponseOutcome.FILL || outcome == ResponseOutcome.NO_FILL) {
            FillWatch watch = fills.computeIfAbsent(aggregatorId, id -> new FillWatch());
            synchronized (watch) {
                watch.add(atMs, outcome == ResponseOutcome.FILL);
            }
        }
    }

    /** Those that fail, and those that have run dry. */
    Set<String> sick(long nowMs) {
        Set<String> sick = new TreeSet<>();
        fills.forEach((aggregator, watch) -> {
            synchronized (watch) {
                if (watch.isDry(nowMs)) {
                    sick.add(aggregator);
                }
            }
        });
        windows.forEach((aggregator, window) -> {
            if (window.sick()) {
                sick.add(aggregator);
            }
        });
        return sick;
    }
}
