package io.datastreamx.contract.measure;

import io.datastreamx.contract.event.EventType;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which events a measure counts, as SQL over a row of the raw log and as Java. A law test holds the two equal.
 *
 * @param types any of these
 * @param field a further field that must hold {@code value}; null for none
 * @param value what it must hold
 * @param implausibleClock whether only events with a wrong clock count
 */
record EventCondition(Set<EventType> types, String field, String value, boolean implausibleClock) {
    static EventCondition of(EventType first, EventType... others) {
        return new EventCondition(EnumSet.of(first, others), null, null, false);
    }

    EventCondition where(String wantedField, String wantedValue) {
        return new EventCondition(types, wantedField, wantedValue, implausibleClock);
    }

    /** Events whose clock is wrong, of every type that rollups count. */
    static EventCondition wrongClock() {
        EnumSet<EventType> counted = EnumSet.allOf(EventType.class);
        counted.removeIf(type -> !Rollup.counts(type));
        return new EventCondition(counted, null, null, true);
    }

    /** In the subset of SQL that Spark, DuckDB and BigQuery share. */
    String sql() {
        if (implausibleClock) {
            return Rollup.IMPLAUSIBLE_CLOCK + " AND NOT (" + Rollup.EXCLUDED_EVENTS + ")";
        }
        String names = types.stream().map(type -> "'" + type.wireName() + "'").collect(Collectors.joining(", "));
        String sql = types.size() == 1 ? "event_type = " + names : "event_type IN (" + names + ")";
        return field == null ? sql : sql + " AND " + field + " = '" + value + "'";
    }

    boolean holds(CountedEvent event) {
        return types.contains(event.type())
                && (!implausibleClock || event.hasImplausibleClock())
                && (field == null || value.equals(event.text(field)));
    }
}
