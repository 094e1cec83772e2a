package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.policy.AggregatorTerms;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Fills by day (UTC) and aggregator. Thread-safe. */
final class CapCounter {

    private final ConcurrentSkipListMap<LocalDate, Map<String, LongAdder>> days = new ConcurrentSkipListMap<>();

    void filled(LocalDate day, String aggregatorId, long count) {
        days.computeIfAbsent(day, d -> new ConcurrentHashMap<>())
                .computeIfAbsent(aggregatorId, id -> new LongAdder())
                .add(count);
    }

    /** The aggregators whose cap of the day is used up; earlier days are forgotten. */
    Set<String> exhausted(Collection<AggregatorTerms> aggregators, LocalDate day) {
        days.headMap(day).clear();
        Map<String, LongAdder> fills = days.getOrDefault(day, Map.of());
        Set<String> exhausted = new TreeSet<>();
        for (AggregatorTerms terms : aggregators) {
            LongAdder count = fills.get(terms.aggregatorId());
            if (terms.dailyCap() > 0 && count != null && count.sum() >= terms.dailyCap()) {
                exhausted.add(terms.aggregatorId());
            }
        }
        return exhausted;
    }
}
