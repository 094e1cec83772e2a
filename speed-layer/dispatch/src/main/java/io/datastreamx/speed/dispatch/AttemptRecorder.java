package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.InvalidEventException;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.contract.event.Topic;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** What is done with an attempt that is over: told to Kafka and counted. Thread-safe. */
final class AttemptRecorder {
    private final EventProducer events;
    private final EventWriter writer;
    private final String currency;
    private final Counters counters;
    private final NoticeSender notices;

    AttemptRecorder(EventProducer events, String currency, Counters counters, NoticeSender notices) {
        this.events = events;
        this.writer = new EventWriter(currency);
        this.currency = currency;
        this.counters = counters;
        this.notices = notices;
    }

    /**
     * What has been recorded.
     *
     * @param answer the one that counts: an ad that readers of deliveries would refuse is none
     * @param written completes when Kafka has the events for good; fails if it will never have them
     */
    record Recorded(Answer answer, CompletableFuture<Void> written) {}

    Recorded record(Attempt attempt, Answer given, Instant now) {
        byte[] delivery = null;
        Answer answer = given;
        if (given.ad() != null) {
            try {
                delivery = writer.write(attempt.delivery(given.ad(), now));
            } catch (InvalidEventException e) {
                // Third parties wrote what is in it; they must not end the process.
                answer = Answer.without(ResponseReason.RESPONSE_REJECTED_INVALID_CREATIVE, "it cannot be delivered")
                        .with(given.notices().lost());
            }
        }
        counters.answered(attempt.aggregatorId(), answer);
        String deviceId = attempt.request().deviceId();
        CompletableFuture<Void> delivered = delivery == null
                ? CompletableFuture.completedFuture(null)
                : events.send(Topic.AD_DELIVERIES, deviceId, delivery);
        CompletableFuture<Void> told =
                events.send(Topic.AD_EVENTS, deviceId, writer.write(attempt.response(answer, currency, now)));
        CompletableFuture<Void> written = CompletableFuture.allOf(delivered, told);
        tell(attempt, answer.notices(), written);
        return new Recorded(answer, written);
    }

    /** An ad is won when it is on its way to the box. */
    private void tell(Attempt attempt, Notices told, CompletableFuture<Void> written) {
        told.losses().forEach(url -> notices.send(attempt.aggregatorId(), attempt.host(), url));
        if (told.win() != null) {
            written.thenRun(() -> notices.send(attempt.aggregatorId(), attempt.host(), told.win()));
        }
    }

    /** An aggregator that stood next in the order and was not asked. */
    void notAsked(String aggregatorId, NotAsked why) {
        counters.notAsked(aggregatorId, why);
    }

    /** The partition of the decision went to another dispatcher, to which all that is not written is left. */
    void moved() {
        counters.count(DecisionFate.MOVED);
    }
}
