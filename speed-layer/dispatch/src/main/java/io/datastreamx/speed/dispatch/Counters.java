package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Coded;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.event.ResponseReason;
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
    private final Map<ResponseReason, LongAdder> responses = zeros(ResponseReason.class);
    private final Map<NotAsked, LongAdder> notAsked = zeros(NotAsked.class);
    private final Map<NoticeFate, LongAdder> notices = zeros(NoticeFate.class);
    /** By aggregator and reason, since they were last told. */
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    /**
     * Attempts that ended alike.
     *
     * @param count how many
     * @param detail what was found last; null where the reason says it all
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
        responses.get(answer.reason()).increment();
        ResponseOutcome outcome = answer.reason().outcome();
        if (outcome == ResponseOutcome.TIMEOUT || outcome == ResponseOutcome.ERROR) {
            trouble(aggregatorId, answer.reason(), answer.detail());
        }
    }

    /** An aggregator that stood next in the order and was not asked. */
    void notAsked(String aggregatorId, NotAsked why) {
        notAsked.get(why).increment();
        if (why == NotAsked.NOT_IN_POLICY) {
            trouble(aggregatorId, why, null);
        }
    }

    /** @param detail what was found; may be null */
    void notice(String aggregatorId, NoticeFate fate, String detail) {
        notices.get(fate).increment();
        if (fate != NoticeFate.NOTICE_SENT) {
            trouble(aggregatorId, fate, detail);
        }
    }

    private void trouble(String aggregatorId, Coded why, String detail) {
        troubles.merge(aggregatorId + " " + why.code(), new Trouble(1, detail), Trouble::and);
    }

    long decisions(DecisionFate fate) {
        return decisions.get(fate).sum();
    }

    long responses(ResponseReason reason) {
        return responses.get(reason).sum();
    }

    long notices(NoticeFate fate) {
        return notices.get(fate).sum();
    }

    long notAsked(NotAsked why) {
        return notAsked.get(why).sum();
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

    /** All fates, and those reasons that there have been. */
    @Override
    public String toString() {
        return "decisions: " + text(decisions) + "; responses: " + text(responses) + "; not asked: " + text(notAsked)
                + "; notices: " + text(notices);
    }

    private static <E extends Enum<E> & Coded> String text(Map<E, LongAdder> counts) {
        return counts.entrySet().stream()
                .filter(count -> count.getKey() instanceof DecisionFate
                        || count.getValue().sum() > 0)
                .map(count -> count.getKey().code() + "=" + count.getValue())
                .collect(Collectors.joining(" "));
    }
}
