package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Coded;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How many decisions and attempts ended how, since the start. Thread-safe. */
final class Counters {
    private final Map<DecisionFate, LongAdder> decisions = zeros(DecisionFate.class);
    private final Map<AttemptOutcome, LongAdder> attempts = zeros(AttemptOutcome.class);
    /** By aggregator and outcome, since they were last told. */
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    /**
     * Attempts that ended alike.
     *
     * @param count how many
     * @param detail what was found last; null where the outcome says it all
     */
    private record Trouble(long count, String detail) {
        Trouble and(Trouble later) {
            return new Trouble(count + later.count, later.detail == null ? detail : later.detail);
        }
    }

    private static <E extends Enum<E>> Map<E, LongAdder> zeros(Class<E> type) {
        Map<E, LongAdder> zeros = new EnumMap<>(type);
        Arrays.stream(type.getEnumConstants()).forEach(constant -> zeros.put(constant, new LongAdder()));
        return zeros;
    }

    void count(DecisionFate fate) {
        decisions.get(fate).increment();
    }

    void answered(String aggregatorId, Answer answer) {
        count(aggregatorId, answer.outcome(), answer.detail());
    }

    /** An aggregator that stood next in the order and was not asked. */
    void notAsked(String aggregatorId, AttemptOutcome outcome) {
        count(aggregatorId, outcome, null);
    }

    private void count(String aggregatorId, AttemptOutcome outcome, String detail) {
        attempts.get(outcome).increment();
        if (outcome.failed() || outcome == AttemptOutcome.NOT_IN_POLICY) {
            troubles.merge(aggregatorId + " " + outcome.code(), new Trouble(1, detail), Trouble::and);
        }
    }

    long decisions(DecisionFate fate) {
        return decisions.get(fate).sum();
    }

    long attempts(AttemptOutcome outcome) {
        return attempts.get(outcome).sum();
    }

    /** Which aggregators failed, how and how often since this was last asked, a line each; empty where all is well. */
    List<String> newTroubles() {
        Map<String, Trouble> told = new TreeMap<>();
        troubles.keySet().forEach(key -> told.put(key, troubles.remove(key)));
        return told.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue().count() + " times"
                        + (entry.getValue().detail() == null
                                ? ""
                                : ", last: " + entry.getValue().detail()))
                .toList();
    }

    /** All fates, and those outcomes that there have been. */
    @Override
    public String toString() {
        return "decisions: " + text(decisions) + "; attempts: " + text(attempts);
    }

    private static <E extends Enum<E> & Coded> String text(Map<E, LongAdder> counts) {
        return counts.entrySet().stream()
                .filter(count -> count.getKey() instanceof DecisionFate
                        || count.getValue().sum() > 0)
                .map(count -> count.getKey().code() + "=" + count.getValue())
                .collect(Collectors.joining(" "));
    }
}
