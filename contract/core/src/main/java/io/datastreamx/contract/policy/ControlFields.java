package io.datastreamx.contract.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.datastreamx.contract.ContractJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What the kinds of {@link ControlRecord} have in common: how they are read, checked and named. */
final class ControlFields {
    static final ObjectReader READER = ContractJson.MAPPER
            .readerFor(ControlRecord.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    /** Ids are joined by slashes in a snapshot's id and are names of files. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

    private static final int ID_LENGTH = 12;

    private ControlFields() {}

    static void requireHead(String kind, int schemaVersion, String eventId, Instant eventTime) {
        if (schemaVersion < 1) {
            throw new IllegalArgumentException("schema_version is missing or below 1");
        }
        if (eventTime == null) {
            throw new IllegalArgumentException("event_time is missing");
        }
        String start = kind + ":";
        if (eventId == null
                || !eventId.startsWith(start)
                || !ID.matcher(eventId.substring(start.length())).matches()) {
            throw new IllegalArgumentException("event_id of a " + kind + " record is " + start
                    + " and at most 64 letters, digits, dots or hyphens, got " + eventId);
        }
    }

    /** @throws IllegalArgumentException unless the set is there and each of its members has a name */
    static Set<String> names(String field, Set<String> names) {
        if (names == null) {
            throw new IllegalArgumentException(field + " is missing: a list of aggregators, which may be empty");
        }
        for (String name : names) {
            if (name == null || name.isBlank()) {
                throw new IllegalArgumentException(field + " holds an aggregator without a name");
            }
        }
        return Set.copyOf(names);
    }

    /** @throws IllegalArgumentException unless the map is there and each of its entries has a name and a value */
    static <V> Map<String, V> named(String field, Map<String, V> values) {
        if (values == null) {
            throw new IllegalArgumentException(field + " is missing: an object by aggregator, which may be empty");
        }
        names(field, values.keySet());
        values.forEach((name, value) -> {
            if (value == null) {
                throw new IllegalArgumentException(field + " of " + name + " is missing");
            }
        });
        return Map.copyOf(values);
    }

    static String id(String kind, Instant at, Object content) {
        byte[] all = ContractJson.bytes(List.of(at, content));
        return kind + ":" + ArtifactRef.sha256(all).substring(0, ID_LENGTH);
    }
}
