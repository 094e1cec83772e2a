package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.kafka.policy.PolicyTopic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the routers which aggregators are sick and whose cap is used up: compares what is true with what the topic
 * says, and publishes the difference. So a record of a dispatcher that did so before, and has not noticed yet that it
 * no longer should, does not stand. One thread calls it; a publication that fails is made again at the next call.
 */
final class ControlLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    /** How long a record of ours is on its way through the topic before it is taken as overwritten. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

    private final PolicyTopic topic;
    private final PolicyFollower policies;
    private final HealthMonitor health;
    private final CapLedger caps;
    private final Clock clock;
    private final Published<ControlRecord.Health> publishedHealth = new Published<>();
    private final Published<ControlRecord.Caps> publishedCaps = new Published<>();

    /** What was published last; one thread at a time. */
    private final class Published<R extends ControlRecord> {
        private R last;
        private long atNanos;

        /** Publishes {@code next} unless the topic says the same already, or is about to. */
        void unlessSaid(R next, Optional<R> said, Predicate<R> same, Consumer<R> log) {
            boolean onItsWay = last != null
                    && same.test(last)
                    && said.filter(record -> record.eventId().equals(last.eventId()))
                            .isEmpty()
                    && System.nanoTime() - atNanos < ON_ITS_WAY.toNanos();
            if (!onItsWay && said.filter(same).isEmpty()) {
                topic.publish(next);
                last = next;
                atNanos = System.nanoTime();
                log.accept(next);
            }
        }
    }

    ControlLoop(PolicyTopic topic, PolicyFollower policies, HealthMonitor health, CapLedger caps, Clock clock) {
        this.topic = topic;
        this.policies = policies;
        this.health = health;
        this.caps = caps;
        this.clock = clock;
    }

    void publishHealth() {
        Set<String> sick = health.sick(clock.millis());
        Optional<ControlRecord.Health> said = policies.state().health();
        if (sick.isEmpty() && said.isEmpty()) {
            return;
        }
        publishedHealth.unlessSaid(
                ControlRecord.Health.of(sick, clock.instant()),
                said,
                record -> record.unhealthy().equals(sick),
                record -> LOG.info("sick aggregators: {}", sick));
    }

    /** An aggregator whose hour is used up is out as well; at the next hour another record brings it back. */
    void publishCaps() {
        Instant now = clock.instant();
        LocalDate day = now.atZone(ZoneOffset.UTC).toLocalDate();
        Set<String> spent = policies.state().snapshot().policy().aggregators().stream()
                .filter(terms -> caps.isSpent(terms.aggregatorId(), Endpoints.limits(terms), now))
                .map(terms -> terms.aggregatorId())
                .collect(Collectors.toCollection(TreeSet::new));
        caps.forgetBefore(now);
        Optional<ControlRecord.Caps> said = policies.state().caps();
        // A record of another day says nothing, so there is nothing to take back.
        if (spent.isEmpty() && said.filter(record -> record.day().equals(day)).isEmpty()) {
            return;
        }
        publishedCaps.unlessSaid(
                ControlRecord.Caps.of(day, spent, now),
                said,
                record -> record.day().equals(day) && record.exhausted().equals(spent),
                record -> LOG.info("caps used up on {}: {}", day, spent));
    }
}
