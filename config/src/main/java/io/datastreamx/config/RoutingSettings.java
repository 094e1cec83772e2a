package io.datastreamx.config;

import java.time.Duration;

/**
 * The router.
 *
 * @param checkpointInterval real-time: time between checkpoints
 * @param triggerInterval micro-batch: time between triggers; zero starts the next as soon as one ends
 * @param checkpoint Hadoop URI
 * @param slots task slots on one machine, at least
 * @param maxRuntime after which it stops by itself; zero: never
 */
public record RoutingSettings(
        RoutingMode mode,
        Duration checkpointInterval,
        Duration triggerInterval,
        String checkpoint,
        int slots,
        Duration maxRuntime) {
    public RoutingSettings {
        Allowed.atLeast("datastreamx.routing.checkpoint-interval", checkpointInterval, Duration.ofMillis(100));
        Allowed.notNegative("datastreamx.routing.trigger-interval", triggerInterval);
        Allowed.uri("datastreamx.routing.checkpoint", checkpoint);
        Allowed.range("datastreamx.routing.slots", slots, 1, 1_000);
        Allowed.notNegative("datastreamx.routing.max-runtime", maxRuntime);
    }

    static RoutingSettings of(Values values) {
        return new RoutingSettings(
                values.oneOf("mode", RoutingMode.class),
                values.duration("checkpoint-interval"),
                values.duration("trigger-interval"),
                values.text("checkpoint"),
                values.whole("slots"),
                values.duration("max-runtime"));
    }
}
