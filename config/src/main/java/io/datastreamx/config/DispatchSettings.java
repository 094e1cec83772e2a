package io.datastreamx.config;

import java.time.Duration;

/**
 * Dispatch.
 *
 * @param name the process's own among those of the group, so that one in place of a dead one gets its partitions at
 *     once; empty for none
 * @param processes how many of them {@code dsx} starts; 0 leaves it to the verb
 * @param sessionTimeout a process that is silent so long loses its partitions to the others
 * @param warmUpDecisions made-up decisions that are dispatched, to itself, before the first real one
 * @param maxInFlight bid requests under way at once, over all aggregators
 * @param maxBodyBytes most that is read of an aggregator's answer, as it comes and unpacked
 * @param maxWrappers how many VAST wrappers are followed to an ad; 0: bids are asked for without
 * @param maxMediaHeight most that boxes play, pixels
 * @param maxMediaBitrate most that boxes play, kbit/s
 * @param healthThreshold an aggregator is sick when at least this share of its last answers were timeouts or errors
 * @param healthWindow how many answers that looks at
 */
public record DispatchSettings(
        String consumerGroup,
        String name,
        int processes,
        Duration sessionTimeout,
        int warmUpDecisions,
        int maxInFlight,
        long maxBodyBytes,
        int maxWrappers,
        int maxMediaHeight,
        int maxMediaBitrate,
        double healthThreshold,
        int healthWindow) {
    /** On one machine. */
    public static final int MAX_PROCESSES = 16;

    public DispatchSettings {
        Allowed.given("datastreamx.dispatch.consumer-group", consumerGroup);
        Allowed.matching(
                "datastreamx.dispatch.name",
                name,
                "[A-Za-z0-9._-]{0,100}",
                "at most 100 letters, digits, dots, hyphens or underscores");
        Allowed.range("datastreamx.dispatch.processes", processes, 0, MAX_PROCESSES);
        Allowed.range("datastreamx.dispatch.session-timeout", sessionTimeout.toMillis(), 1_000, 60_000);
        Allowed.range("datastreamx.dispatch.warm-up-decisions", warmUpDecisions, 0, 1_000_000);
        Allowed.range("datastreamx.dispatch.max-in-flight", maxInFlight, 1, 1_000_000);
        Allowed.range("datastreamx.dispatch.max-body", maxBodyBytes, 1 << 10, 16 << 20);
        Allowed.range("datastreamx.dispatch.max-wrappers", maxWrappers, 0, 10);
        Allowed.range("datastreamx.dispatch.max-media-height", maxMediaHeight, 144, 8_640);
        Allowed.range("datastreamx.dispatch.max-media-bitrate", maxMediaBitrate, 100, 1_000_000);
        Allowed.share("datastreamx.dispatch.health-threshold", healthThreshold, 0.01, 1);
        Allowed.range("datastreamx.dispatch.health-window", healthWindow, 1, 1_000_000);
    }

    static DispatchSettings of(Values values) {
        return new DispatchSettings(
                values.text("consumer-group"),
                values.text("name"),
                values.whole("processes"),
                values.duration("session-timeout"),
                values.whole("warm-up-decisions"),
                values.whole("max-in-flight"),
                values.bytes("max-body"),
                values.whole("max-wrappers"),
                values.whole("max-media-height"),
                values.whole("max-media-bitrate"),
                values.number("health-threshold"),
                values.whole("health-window"));
    }
}
