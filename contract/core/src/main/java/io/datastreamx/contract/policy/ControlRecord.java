package io.datastreamx.contract.policy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Set;

/**
 * A record of the compacted {@code policy} topic. Its Kafka key is its {@code event_type}, so the topic keeps the
 * latest of each kind.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event_type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ControlRecord.Policy.class, name = "policy"),
    @JsonSubTypes.Type(value = ControlRecord.Health.class, name = "health"),
    @JsonSubTypes.Type(value = ControlRecord.Caps.class, name = "caps")
})
public sealed interface ControlRecord {
    /** Names the record within a snapshot id; different content has a different id. */
    String eventId();

    /** Kafka key and {@code event_type}. */
    String key();

    /** A policy document comes into force. */
    record Policy(int schemaVersion, String eventId, String eventTime, ArtifactRef policy) implements ControlRecord {
        @Override
        public String key() {
            return "policy";
        }
    }

    /** The aggregators that are sick; all others are well. */
    record Health(int schemaVersion, String eventId, String eventTime, Set<String> unhealthy) implements ControlRecord {
        @Override
        public String key() {
            return "health";
        }
    }

    /**
     * The aggregators whose cap of the day is used up.
     *
     * @param day ISO date, UTC; on any other day the record says nothing
     */
    record Caps(int schemaVersion, String eventId, String eventTime, String day, Set<String> exhausted)
            implements ControlRecord {
        @Override
        public String key() {
            return "caps";
        }
    }
}
