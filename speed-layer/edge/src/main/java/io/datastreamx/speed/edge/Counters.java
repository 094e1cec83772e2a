package io.datastreamx.speed.edge;

import io.datastreamx.contract.event.Coded;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How many requests ended how, since the start. Thread-safe. */
final class Counters {
    /** What became of a box's wait for its ad. */
    enum AdFate implements Coded {
        DELIVERED,
        NO_AD,
        STREAMED;

        @Override
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Outcome, LongAdder> requests = zeros(Outcome.class);
    private final Map<AdFate, LongAdder> ads = zeros(AdFate.class);
    private final LongAdder records = new LongAdder();

    private static <E extends Enum<E>> Map<E, LongAdder> zeros(Class<E> type) {
        Map<E, LongAdder> zeros = new EnumMap<>(type);
        Arrays.stream(type.getEnumConstants()).forEach(constant -> zeros.put(constant, new LongAdder()));
        return zeros;
    }

    void count(Outcome outcome) {
        requests.get(outcome).increment();
    }

    void count(AdFate fate) {
        ads.get(fate).increment();
    }

    /** What there has been does not count. */
    void forget() {
        requests.values().forEach(LongAdder::reset);
    }

    void acknowledged(int more) {
        records.add(more);
    }

    long requests(Outcome outcome) {
        return requests.get(outcome).sum();
    }

    /** Those that there have been. */
    @Override
    public String toString() {
        return "records: acknowledged=" + records + "; requests: " + text(requests) + "; ads: " + text(ads);
    }

    private static <E extends Enum<E> & Coded> String text(Map<E, LongAdder> counts) {
        return counts.entrySet().stream()
                .filter(count -> count.getValue().sum() > 0)
                .map(count -> count.getKey().code() + "=" + count.getValue())
                .collect(Collectors.joining(" "));
    }
}
