package io.datastreamx.contract.event;

import java.util.Arrays;
import java.util.Optional;

/**
 * The Kafka topics that carry events. The compacted {@code policy} topic carries control records and is not one of
 * them.
 */
public enum Topic {
    TUNING_EVENTS("tuning-events"),
    AD_REQUESTS("ad-requests"),
    AD_DECISIONS("ad-decisions"),
    AD_EVENTS("ad-events"),
    AD_DELIVERIES("ad-deliveries");

    /** The compacted topic of policy, health and caps records, which routers and dispatch follow. */
    public static final String POLICY = "policy";

    private final String topicName;

    Topic(String topicName) {
        this.topicName = topicName;
    }

    public String topicName() {
        return topicName;
    }

    public static Optional<Topic> named(String name) {
        return Arrays.stream(values()).filter(t -> t.topicName.equals(name)).findFirst();
    }
}
