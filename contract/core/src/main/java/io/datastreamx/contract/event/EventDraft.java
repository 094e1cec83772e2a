package io.datastreamx.contract.event;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An event to be written: its type and the values by field name, in the types that {@link Event} has. What is null is
 * left out. {@link EventWriter} judges it; a draft may hold anything.
 */
public final class EventDraft {
    static final String VERSION = "1";

    private final EventType type;
    private final Map<String, Object> values;

    EventDraft(EventType type, Map<String, Object> values) {
        this.type = type;
        this.values = values;
    }

    /** With the fields that every event has; times are written to the millisecond. */
    public static EventDraft of(EventType type, String eventId, Instant time, String deviceId) {
        // Room for the fields of any event.
        return new EventDraft(type, new HashMap<>(64))
                .with(EventSchema.SCHEMA_VERSION.name(), VERSION)
                .with(EventSchema.EVENT_ID.name(), eventId)
                .with(EventSchema.EVENT_TYPE.name(), type.wireName())
                .with(EventSchema.EVENT_TIME.name(), time)
                .with(EventSchema.DEVICE_ID.name(), deviceId);
    }

    public EventDraft with(String field, String text) {
        return put(field, text);
    }

    public EventDraft with(String field, Coded constant) {
        return put(field, constant.code());
    }

    public EventDraft with(String field, long number) {
        return put(field, number);
    }

    public EventDraft with(String field, Long number) {
        return put(field, number);
    }

    public EventDraft with(String field, double number) {
        return put(field, number);
    }

    public EventDraft with(String field, boolean value) {
        return put(field, value);
    }

    public EventDraft with(String field, Instant time) {
        return put(field, time.toEpochMilli() * 1_000);
    }

    public EventDraft with(String field, List<Map<String, Object>> objects) {
        return put(field, objects);
    }

    public EventDraft with(Context context) {
        List<String> texts = context.values();
        for (int i = 0; i < texts.size(); i++) {
            put(Context.NAMES.get(i), texts.get(i));
        }
        return this;
    }

    public EventType type() {
        return type;
    }

    Map<String, Object> values() {
        return values;
    }

    /** Not for logs: it holds the device's id. */
    @Override
    public String toString() {
        return type + " " + values;
    }

    private EventDraft put(String field, Object value) {
        if (value != null) {
            values.put(field, value);
        }
        return this;
    }
}
