package io.datastreamx.contract.event;

import java.util.Map;
import java.util.Optional;

/**
 * A record that passed validation.
 *
 * @param type what happened
 * @param values by field name, only those present: {@code String}, {@code Long} (whole numbers), {@code Double},
 *     {@code Boolean}, {@code Long} microseconds since the epoch for times, and {@code List<Map<String, Object>>} for
 *     arrays of objects
 * @param extra the fields that the contract does not know, as one JSON object; empty where there are none
 */
public record Event(EventType type, Map<String, Object> values, Optional<String> extra) {
    public String text(String field) {
        return (String) values.get(field);
    }

    /** The event's id, unique over all topics. */
    public String eventId() {
        return text("event_id");
    }

    /** {@code event_time} in microseconds since the epoch. */
    public long eventTimeMicros() {
        return (Long) values.get("event_time");
    }
}
