package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.speed.dispatch.OutcomeJson.Attempt;
import io.datastreamx.speed.dispatch.PolicyInForce.Endpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One routed decision on its way to an ad: asks the aggregators in order until one fills or too little time is left. At
 * most one attempt is under way at any moment, so no lock is needed.
 */
final class Opportunity {

    /** Kept for the way of the ad to the box. */
    static final long DELIVERY_RESERVE_MS = 20;

    /** With less than this an aggregator is not asked: it could only time out, and would look sick for it. */
    static final long SHORTEST_ATTEMPT_MS = 10;

    private final Dispatcher dispatcher;
    private final AdRequest request;
    private final List<String> order;
    private final List<CompletableFuture<Void>> writes = new ArrayList<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    Opportunity(Dispatcher dispatcher, Decision decision) {
        this.dispatcher = dispatcher;
        this.request = decision.request();
        this.order = decision.attempts();
    }

    /** @return completes when the last attempt is over and Kafka has every outcome; fails if it cannot have them */
    CompletableFuture<Void> run() {
        next(0);
        return finished;
    }

    private void next(int index) {
        try {
            int i = index;
            while (i < order.size() && timeLeft() >= SHORTEST_ATTEMPT_MS) {
                Optional<Endpoint> endpoint = dispatcher.endpoint(order.get(i));
                if (endpoint.isPresent()) {
                    ask(i, endpoint.get());
                    return;
                }
                dispatcher.counts.unknownAggregators.increment();
                i++;
            }
            finish();
        } catch (RuntimeException e) {
            finished.completeExceptionally(e);
        }
    }

    private void ask(int index, Endpoint endpoint) {
        Attempt attempt = new Attempt(request, order.get(index), index + 1);
        long start = dispatcher.clock.millis();
        dispatcher.counts.attempts.increment();
        dispatcher
                .client
                .ask(endpoint, request, Math.min(endpoint.timeoutMs(), timeLeft()))
                .thenAccept(answer -> answered(index, attempt, start, answer))
                .exceptionally(e -> {
                    finished.completeExceptionally(e);
                    return null;
                });
    }

    private void answered(int index, Attempt attempt, long start, Answer given) {
        Instant now = dispatcher.clock.instant();
        Answer answer = now.isAfter(request.deadline()) ? Answer.timeout() : given;
        if (answer.ad() != null) {
            write(Topic.AD_DELIVERIES, OutcomeJson.delivery(attempt, answer.ad(), now));
        }
        long latencyMs = Math.max(0, now.toEpochMilli() - start);
        write(Topic.AD_EVENTS, OutcomeJson.response(attempt, answer, latencyMs, dispatcher.currency, now));
        dispatcher.count(attempt.aggregatorId(), answer, now);
        if (answer.outcome() == Outcome.FILL) {
            finish();
        } else {
            next(index + 1);
        }
    }

    private void write(Topic topic, byte[] event) {
        writes.add(dispatcher.outcomes.write(topic, request.deviceId(), event));
    }

    private void finish() {
        CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).whenComplete((nothing, e) -> {
            if (e == null) {
                finished.complete(null);
            } else {
                finished.completeExceptionally(e);
            }
        });
    }

    private long timeLeft() {
        return request.deadline().toEpochMilli() - dispatcher.clock.millis() - DELIVERY_RESERVE_MS;
    }
}
