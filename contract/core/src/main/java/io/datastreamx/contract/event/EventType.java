package io.datastreamx.contract.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Everything that can happen, and the topic that carries it. The lower-case name is the {@code event_type} on the wire.
 */
public enum EventType {
    TUNE_IN(Topic.TUNING_EVENTS),
    TUNE_OUT(Topic.TUNING_EVENTS),
    HEARTBEAT(Topic.TUNING_EVENTS),
    AD_REQUEST(Topic.AD_REQUESTS),
    AD_DECISION(Topic.AD_DECISIONS),
    RESPONSE(Topic.AD_EVENTS),
    IMPRESSION(Topic.AD_EVENTS),
    START(Topic.AD_EVENTS),
    FIRST_QUARTILE(Topic.AD_EVENTS),
    MIDPOINT(Topic.AD_EVENTS),
    THIRD_QUARTILE(Topic.AD_EVENTS),
    COMPLETE(Topic.AD_EVENTS),
    ERROR(Topic.AD_EVENTS),
    AD_DELIVERY(Topic.AD_DELIVERIES);

    private static final Map<String, EventType> BY_WIRE_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(EventType::wireName, Function.identity()));

    private final Topic topic;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    EventType(Topic topic) {
        this.topic = topic;
    }

    public Topic topic() {
        return topic;
    }

    public String wireName() {
        return wireName;
    }

    /** Whether boxes send it; the others our services write. */
    public boolean isFromBox() {
        return this != AD_DECISION && this != RESPONSE && this != AD_DELIVERY;
    }

    /** @return the type, or null where the name is unknown */
    public static EventType ofWireName(String name) {
        return BY_WIRE_NAME.get(name);
    }
}
