package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Correction;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How far what is said may lie beside what is so, before it is said anew. */
final class Tolerance {
    /** By so many times a correction may differ until there is time to say so. */
    static final double SMALL = 1.1;
    /** By so many times one must differ to be said at once. */
    private static final double MATTERS = 1.5;
    /** What changes by little is told no more often than this. */
    static final Duration CALM = Duration.ofSeconds(10);
    /** Of the larger of two costs. */
    private static final double COST = 0.05;

    private Tolerance() {}

    /** Whether corrections lie so far beside those that were said last that it is time to say them. */
    static boolean isWorthSaying(Optional<ControlRecord.Corrections> said, Map<String, Correction> found, Instant now) {
        double differs = differ(said.map(ControlRecord.Corrections::aggregators).orElse(Map.of()), found);
        boolean calm = said.isPresent()
                && Duration.between(said.get().eventTime(), now).compareTo(CALM) <= 0;
        return differs > (calm ? MATTERS : SMALL);
    }

    /** By how many times the corrections differ at most; 1 where they are the same. */
    static double differ(Map<String, Correction> one, Map<String, Correction> other) {
        Set<String> aggregators = new HashSet<>(one.keySet());
        aggregators.addAll(other.keySet());
        double most = 1;
        for (String aggregator : aggregators) {
            Correction a = one.getOrDefault(aggregator, Correction.NONE);
            Correction b = other.getOrDefault(aggregator, Correction.NONE);
            most = Math.max(most, Math.max(times(a.fill(), b.fill()), times(a.price(), b.price())));
        }
        return most;
    }

    static boolean costsAreAlike(Map<String, Long> one, Map<String, Long> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream().allMatch(entry -> {
                    long a = entry.getValue();
                    long b = other.get(entry.getKey());
                    return Math.abs(a - b) <= COST * Math.max(a, b);
                });
    }

    private static double times(double a, double b) {
        return Math.max(a / b, b / a);
    }
}
