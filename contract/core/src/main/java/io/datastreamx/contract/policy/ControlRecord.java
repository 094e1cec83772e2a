package io.datastreamx.contract.policy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.FieldType;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A record of the compacted {@code policy} topic. Its Kafka key is its {@code event_type}, so the topic keeps the
 * latest of each kind. A record that exists is valid.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event_type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ControlRecord.Policy.class, name = ControlRecord.Policy.KIND),
    @JsonSubTypes.Type(value = ControlRecord.Health.class, name = ControlRecord.Health.KIND),
    @JsonSubTypes.Type(value = ControlRecord.Caps.class, name = ControlRecord.Caps.KIND),
    @JsonSubTypes.Type(value = ControlRecord.Corrections.class, name = ControlRecord.Corrections.KIND)
})
public sealed interface ControlRecord {
    /**
     * Names the record within a snapshot id and its file in the lake: its kind, a colon, and letters, digits, dots or
     * hyphens. Different content has a different id.
     */
    String eventId();

    /** When it was written, UTC, to the millisecond. */
    Instant eventTime();

    /** Kafka key and {@code event_type}. */
    String key();

    /**
     * Reads a record of the topic: one JSON object, nothing after it, no field twice.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static ControlRecord read(byte[] value) {
        try {
            ControlRecord record = ControlFields.READER.readValue(value);
            if (record == null) {
                throw new IllegalArgumentException("it holds null");
            }
            return record;
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(ContractJson.reason(e), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getMessage(), e);
        }
    }

    /**
     * A policy document comes into force.
     *
     * @param change who did it and how; null in records that do not say
     */
    record Policy(int schemaVersion, String eventId, Instant eventTime, ArtifactRef policy, PolicyChange change)
            implements ControlRecord {
        static final String KIND = "policy";

        public Policy {
            ControlFields.requireHead(KIND, schemaVersion, eventId, eventTime);
            if (policy == null
                    || policy.version().isBlank()
                    || policy.uri().isBlank()
                    || policy.sha256().isBlank()) {
                throw new IllegalArgumentException(
                        "policy is missing: version, uri and sha256 of the file that the record brings into force");
            }
        }

        /** The same policy at the same time has the same id. */
        public static Policy of(ArtifactRef policy, Instant at) {
            return of(policy, at, null);
        }

        /** The same change to the same policy at the same time has the same id. */
        public static Policy of(ArtifactRef policy, Instant at, PolicyChange change) {
            Instant time = at.truncatedTo(ChronoUnit.MILLIS);
            Object content = change == null ? policy : List.of(policy, change);
            return new Policy(1, ControlFields.id(KIND, time, content), time, policy, change);
        }

        @Override
        public String key() {
            return KIND;
        }
    }

    /** The aggregators that are sick; all others are well. */
    record Health(int schemaVersion, String eventId, Instant eventTime, Set<String> unhealthy)
            implements ControlRecord {
        static final String KIND = "health";

        public Health {
            ControlFields.requireHead(KIND, schemaVersion, eventId, eventTime);
            unhealthy = ControlFields.names("unhealthy", unhealthy);
        }

        public static Health of(Set<String> unhealthy, Instant at) {
            Instant time = at.truncatedTo(ChronoUnit.MILLIS);
            return new Health(1, ControlFields.id(KIND, time, new TreeSet<>(unhealthy)), time, unhealthy);
        }

        @Override
        public String key() {
            return KIND;
        }
    }

    /**
     * How far the caps of the day are used: whose is used up, and what a fill costs with the others.
     *
     * @param day UTC; on any other day the record says nothing
     * @param exhausted who is not asked any more
     * @param fillCostMicros what a fill takes from later, dearer requests, by aggregator, micro-units per thousand
     *     fills, in [0, {@link FieldType#MAX_PRICE_MICROS}]; nothing where an aggregator is not named. Absent in
     *     records from before there were such costs
     */
    record Caps(
            int schemaVersion,
            String eventId,
            Instant eventTime,
            LocalDate day,
            Set<String> exhausted,
            Map<String, Long> fillCostMicros)
            implements ControlRecord {
        static final String KIND = "caps";

        public Caps {
            ControlFields.requireHead(KIND, schemaVersion, eventId, eventTime);
            if (day == null) {
                throw new IllegalArgumentException("day is missing: the UTC day that the record speaks of");
            }
            exhausted = ControlFields.names("exhausted", exhausted);
            fillCostMicros =
                    fillCostMicros == null ? Map.of() : ControlFields.named("fill_cost_micros", fillCostMicros);
            fillCostMicros.forEach((aggregator, cost) -> {
                if (cost < 0 || cost > FieldType.MAX_PRICE_MICROS) {
                    throw new IllegalArgumentException("fill_cost_micros of " + aggregator + " is between 0 and "
                            + FieldType.MAX_PRICE_MICROS + ", not " + cost);
                }
            });
        }

        public static Caps of(LocalDate day, Set<String> exhausted, Map<String, Long> fillCostMicros, Instant at) {
            Instant time = at.truncatedTo(ChronoUnit.MILLIS);
            Object content = List.of(day, new TreeSet<>(exhausted), new TreeMap<>(fillCostMicros));
            return new Caps(1, ControlFields.id(KIND, time, content), time, day, exhausted, fillCostMicros);
        }

        @Override
        public String key() {
            return KIND;
        }
    }

    /**
     * By how much aggregators answer otherwise of late than the model says. Judged by what dispatchers got from them;
     * what boxes say moves nothing here.
     *
     * @param aggregators factors on the model's expectations; an aggregator that is not named does as expected
     */
    record Corrections(int schemaVersion, String eventId, Instant eventTime, Map<String, Correction> aggregators)
            implements ControlRecord {
        static final String KIND = "corrections";

        public Corrections {
            ControlFields.requireHead(KIND, schemaVersion, eventId, eventTime);
            aggregators = ControlFields.named("aggregators", aggregators);
        }

        public static Corrections of(Map<String, Correction> aggregators, Instant at) {
            Instant time = at.truncatedTo(ChronoUnit.MILLIS);
            return new Corrections(1, ControlFields.id(KIND, time, new TreeMap<>(aggregators)), time, aggregators);
        }

        @Override
        public String key() {
            return KIND;
        }
    }
}
