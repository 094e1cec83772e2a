package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.kafka.policy.PolicyState;
import io.datastreamx.kafka.policy.PolicyTopic;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the routers which aggregators are sick and whose cap is used up: compares what is true with what was last
 * published and publishes the difference. One thread calls it; a publication that fails is made again at the next call.
 */
final class ControlLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

    private final PolicyTopic topic;
    private final PolicyFollower policies;
    private final HealthMonitor health;
    private final CapCounter caps;
    private final Clock clock;
    private Set<String> publishedSick = Set.of();
    private LocalDate publishedDay;
    private Set<String> publishedExhausted = Set.of();

    ControlLoop(PolicyTopic topic, PolicyFollower policies, HealthMonitor health, CapCounter caps, Clock clock) {
        this.topic = topic;
        this.policies = policies;
        this.health = health;
        this.caps = caps;
        this.clock = clock;
        this.publishedDay = today();
    }

    /** Goes on from what the topic says that was published last. */
    void remember(PolicyState last) {
        last.health().ifPresent(health -> publishedSick = health.unhealthy());
        last.caps().ifPresent(caps -> {
            publishedDay = caps.day();
            publishedExhausted = caps.exhausted();
        });
    }

    void publishHealth() {
        Set<String> sick = health.sick();
        if (sick.equals(publishedSick)) {
            return;
        }
        topic.publish(ControlRecord.Health.of(sick, clock.instant()));
        LOG.info("sick aggregators: {} (before: {})", sick, publishedSick);
        publishedSick = sick;
    }

    void publishCaps() {
        LocalDate day = today();
        Set<String> exhausted =
                caps.exhausted(policies.state().snapshot().policy().aggregators(), day);
        if (exhausted.equals(publishedExhausted) && day.equals(publishedDay)) {
            return;
        }
        topic.publish(ControlRecord.Caps.of(day, exhausted, clock.instant()));
        LOG.info("caps used up on {}: {} (before: {})", day, exhausted, publishedExhausted);
        publishedDay = day;
        publishedExhausted = exhausted;
    }

    private LocalDate today() {
        return clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    }
}
