package io.datastreamx.config;

import java.time.Duration;

/**
 * The router.
 *
 * @param checkpointInterval real-time: time between checkpoints
 * @param triggerInterval micro-batch: time between triggers; zero starts the next as soon as one ends
 * @param checkpoint Hadoop URI
 * @param slots task slots on one machine, at least
 * @param warmUpRequests made-up requests that are decided before the first real one
 * @param maxRuntime after which it stops by itself; zero: never
 */
public record RoutingSettings(
        RoutingMode mode,
        Duration checkpointInterval,
        Duration triggerInterval,
        String checkpoint,
        int slots,
        int warmUpRequests,
        Duration maxRuntime) {
    public RoutingSettings {
        Allowed.atLeast("datastreamx.routing.checkpoint-interval", checkpointInterval, Duration.ofMillis(100));
        Allowed.notNegative("datastreamx.routing.trigger-interval", triggerInterval);
        Allowed.uri("datastreamx.routing.checkpoint", checkpoint);
        Allowed.range("datastreamx.routing.slots", slots, 1, 1_000);
        Allowed.range("datastreamx.routing.warm-up-requests", warmUpRequests, 0, 10_000_000);
        Allowed.notNegative("datastreamx.routing.max-runtime", maxRuntime);
    }

    static RoutingSettings of(Values values) {
        return new RoutingSettings(
                values.oneOf("mode", RoutingMode.class),
                values.duration("checkpoint-interval"),
                values.duration("trigger-interval"),
                values.text("checkpoint"),
                values.whole("slots"),
                values.whole("warm-up-requests"),
                values.duration("max-runtime"));
    }
}
