package io.datastreamx.config;

import java.time.Duration;

/**
 * A writer's lease.
 *
 * @param ttl it lasts this long from its last renewal
 * @param maxWait a process that finds it held waits this long at most
 */
public record LeaseSettings(Duration ttl, Duration maxWait) {
    public LeaseSettings {
        Allowed.atLeast("datastreamx.lease.ttl", ttl, Duration.ofMillis(100));
        Allowed.notNegative("datastreamx.lease.max-wait", maxWait);
    }

    static LeaseSettings of(Values values) {
        return new LeaseSettings(values.duration("ttl"), values.duration("max-wait"));
    }
}
