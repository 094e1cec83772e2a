package io.datastreamx.contract.event;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A record that passed validation. Values are {@code String}, {@code Long} (whole numbers), {@code Double},
 * {@code Boolean}, {@code Long} microseconds since the epoch for times, and {@code List<Map<String, Object>>} for
 * arrays of objects; null where the event has none.
 */
public final class Event {
    private final EventType type;
    private final Object[] values;
    private final String extra;

    /** @param values in the order of {@link EventSchema#allFields()} */
    Event(EventType type, Object[] values, String extra) {
        this.type = type;
        this.values = values;
        this.extra = extra;
    }

    static Event of(EventType type, Map<String, Object> values) {
        Object[] ordered = new Object[EventSchema.allFields().size()];
        values.forEach((field, value) -> ordered[EventSchema.indexOf(field)] = value);
        return new Event(type, ordered, null);
    }

    /** What happened. */
    public EventType type() {
        return type;
    }

    /**
     * The fields that the contract does not know of this type: a JSON object of the members as they stand in the
     * record, byte for byte; empty where there are none.
     */
    public Optional<String> extra() {
        return Optional.ofNullable(extra);
    }

    /** @param index of the field, see {@link EventSchema#indexOf} */
    public Object value(int index) {
        return values[index];
    }

    /** @throws IllegalArgumentException for a field that no event has */
    public Object value(String field) {
        return values[EventSchema.indexOf(field)];
    }

    public String text(String field) {
        return (String) value(field);
    }

    /** @param absent what to answer where the event has no such value */
    public long number(String field, long absent) {
        Long number = (Long) value(field);
        return number == null ? absent : number;
    }

    /** The event's id, unique within its sender. */
    public String eventId() {
        return text("event_id");
    }

    /** {@code event_time} in microseconds since the epoch. */
    public long eventTimeMicros() {
        return (Long) value("event_time");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Event event
                && type == event.type
                && Arrays.equals(values, event.values)
                && extra().equals(event.extra());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** Not for logs: it holds the device's id. */
    @Override
    public String toString() {
        return type + " " + Arrays.toString(values)
                + extra().map(more -> " " + more).orElse("");
    }
}
