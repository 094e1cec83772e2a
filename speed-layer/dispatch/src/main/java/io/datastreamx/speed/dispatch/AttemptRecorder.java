package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.Topic;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;

/**
 * What is done with an attempt that is over: told to Kafka, counted, held for or against the aggregator. Thread-safe.
 */
final class AttemptRecorder {
    private final EventProducer events;
    private final EventWriter writer;
    private final String currency;
    private final Counters counters;
    private final HealthMonitor health;
    private final CapCounter caps;

    AttemptRecorder(EventProducer events, String currency, Counters counters, HealthMonitor health, CapCounter caps) {
        this.events = events;
        this.writer = new EventWriter(currency);
        this.currency = currency;
        this.counters = counters;
        this.health = health;
        this.caps = caps;
    }

    /** @return completes when Kafka has the events for good; fails if it will never have them */
    CompletableFuture<Void> record(Attempt attempt, Answer answer, Instant now) {
        counters.answered(attempt.aggregatorId(), answer);
        health.answered(attempt.aggregatorId(), answer.outcome());
        if (answer.ad() != null) {
            caps.filled(now.atZone(ZoneOffset.UTC).toLocalDate(), attempt.aggregatorId(), 1);
        }
        String deviceId = attempt.request().deviceId();
        CompletableFuture<Void> delivered = answer.ad() == null
                ? CompletableFuture.completedFuture(null)
                : events.send(Topic.AD_DELIVERIES, deviceId, writer.write(attempt.delivery(answer.ad(), now)));
        CompletableFuture<Void> told =
                events.send(Topic.AD_EVENTS, deviceId, writer.write(attempt.response(answer, currency, now)));
        return CompletableFuture.allOf(delivered, told);
    }

    /** An aggregator that stood next in the order and was not asked. */
    void notAsked(String aggregatorId, AttemptOutcome outcome) {
        counters.notAsked(aggregatorId, outcome);
    }
}
