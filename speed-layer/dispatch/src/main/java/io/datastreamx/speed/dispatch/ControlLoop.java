package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.EventTimes;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
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
    private Set<String> publishedSick;
    private LocalDate publishedDay;
    private Set<String> publishedExhausted;

    ControlLoop(PolicyTopic topic, PolicyFollower policies, HealthMonitor health, CapCounter caps, Clock clock) {
        this.topic = topic;
        this.policies = policies;
        this.health = health;
        this.caps = caps;
        this.clock = clock;
        this.publishedSick =
                policies.lastHealth().map(ControlRecord.Health::unhealthy).orElse(Set.of());
        this.publishedDay =
                policies.lastCaps().map(last -> LocalDate.parse(last.day())).orElse(today());
        this.publishedExhausted =
                policies.lastCaps().map(ControlRecord.Caps::exhausted).orElse(Set.of());
    }

    void publishHealth() {
        Set<String> sick = health.sick();
        if (sick.equals(publishedSick)) {
            return;
        }
        String now = EventTimes.format(clock.instant());
        String id = eventId("health", new ControlRecord.Health(1, "", now, sick));
        topic.publish(new ControlRecord.Health(1, id, now, sick));
        LOG.info("sick aggregators: {} (before: {})", sick, publishedSick);
        publishedSick = sick;
    }

    void publishCaps() {
        LocalDate day = today();
        Set<String> exhausted = policies.policy()
                .map(policy -> caps.exhausted(policy.document().aggregators(), day))
                .orElse(Set.of());
        if (exhausted.equals(publishedExhausted) && day.equals(publishedDay)) {
            return;
        }
        String now = EventTimes.format(clock.instant());
        String id = eventId("caps", new ControlRecord.Caps(1, "", now, day.toString(), exhausted));
        topic.publish(new ControlRecord.Caps(1, id, now, day.toString(), exhausted));
        LOG.info("caps used up on {}: {} (before: {})", day, exhausted, publishedExhausted);
        publishedDay = day;
        publishedExhausted = exhausted;
    }

    private LocalDate today() {
        return clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static String eventId(String kind, ControlRecord unnamed) {
        return kind + ":" + ArtifactRef.sha256(ContractJson.bytes(unnamed)).substring(0, 12);
    }
}
