package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.CapPlan;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Correction;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.ml.policy.CapPacing;
import io.datastreamx.ml.policy.ResponseWatch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the routers which aggregators are sick, which do otherwise than the model expects, whose cap is used up and
 * what a fill costs with the others: compares what is true with what the topic says, and publishes the difference. So a
 * record of a dispatcher that did so before, and has not noticed yet that it no longer should, does not stand. One
 * thread calls it; a publication that fails is made again at the next call.
 */
final class ControlLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    /** How long a record of ours is on its way through the topic before it is taken as overwritten. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

    private final PolicyTopic topic;
    private final PolicyFollower policies;
    private final HealthMonitor health;
    private final ResponseWatch watch;
    private final CapLedger caps;
    private final Clock clock;
    private final Published<ControlRecord.Health> publishedHealth = new Published<>();
    private final Published<ControlRecord.Caps> publishedCaps = new Published<>();
    private final Published<ControlRecord.Corrections> publishedCorrections = new Published<>();

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

    ControlLoop(
            PolicyTopic topic,
            PolicyFollower policies,
            HealthMonitor health,
            ResponseWatch watch,
            CapLedger caps,
            Clock clock) {
        this.topic = topic;
        this.policies = policies;
        this.health = health;
        this.watch = watch;
        this.caps = caps;
        this.clock = clock;
    }

    void publishHealth() {
        Set<String> sick = health.sick();
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

    /**
     * Small differences wait: a record is a file too. One that matters, as an outage, is told at once; a dispatcher
     * that has just come to speak for all says what the one before it has said until it knows better.
     */
    void publishCorrections() {
        Instant now = clock.instant();
        Map<String, Correction> found = watch.corrections(now.toEpochMilli());
        Optional<ControlRecord.Corrections> said = policies.state().corrections();
        if (!Tolerance.isWorthSaying(said, found, now)) {
            return;
        }
        publishedCorrections.unlessSaid(
                ControlRecord.Corrections.of(found, now),
                said,
                record -> Tolerance.differ(record.aggregators(), found) <= Tolerance.SMALL,
                record -> LOG.info("answers differ from what is expected: {}", found));
    }

    /**
     * An aggregator whose hour is used up is out as well; at the next hour another record brings it back. What a fill
     * costs follows the plan of the night as the day's fills do.
     */
    void publishCaps() {
        Instant now = clock.instant();
        LocalDate day = now.atZone(ZoneOffset.UTC).toLocalDate();
        PolicyDocument policy = policies.state().snapshot().policy();
        Set<String> spent = policy.aggregators().stream()
                .filter(terms -> caps.isSpent(terms.aggregatorId(), Endpoints.limits(terms), now))
                .map(terms -> terms.aggregatorId())
                .collect(Collectors.toCollection(TreeSet::new));
        Map<String, Long> costs = fillCosts(policy, now);
        caps.forgetBefore(now);
        Optional<ControlRecord.Caps> said =
                policies.state().caps().filter(record -> record.day().equals(day));
        // A record of another day says nothing, so there is nothing to take back.
        if (spent.isEmpty() && costs.isEmpty() && said.isEmpty()) {
            return;
        }
        boolean calm = said.isPresent()
                && Duration.between(said.get().eventTime(), now).compareTo(Tolerance.CALM) <= 0;
        publishedCaps.unlessSaid(
                ControlRecord.Caps.of(day, spent, costs, now),
                said,
                record -> record.day().equals(day)
                        && record.exhausted().equals(spent)
                        && (calm || Tolerance.costsAreAlike(record.fillCostMicros(), costs)),
                record -> LOG.info("caps used up on {}: {}; a fill costs: {}", day, spent, costs));
    }

    private Map<String, Long> fillCosts(PolicyDocument policy, Instant now) {
        Map<String, Long> costs = new TreeMap<>();
        for (AggregatorTerms terms : policy.aggregators()) {
            CapPlan plan = policy.capPlans().get(terms.aggregatorId());
            if (plan != null && terms.dailyCap() > 0) {
                long fills = caps.fillsOfTheDay(terms.aggregatorId(), now);
                costs.put(terms.aggregatorId(), CapPacing.fillCostMicros(plan, terms, fills, now));
            }
        }
        return costs;
    }
}
