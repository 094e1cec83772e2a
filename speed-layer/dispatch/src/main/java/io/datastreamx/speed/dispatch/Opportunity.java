package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.speed.dispatch.Endpoints.Endpoint;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One routed decision on its way to an ad: asks the aggregators in order until one fills or too little time is left. At
 * most one attempt is under way at any moment, so no lock is needed.
 */
final class Opportunity {

    /** With less than this an aggregator is not asked. */
    static final long SHORTEST_ATTEMPT_MS = 10;

    private final AdRequest request;
    private final List<String> order;
    private final String modelVersion;
    private final Handling handling;
    private final Function<String, Optional<Endpoint>> endpoints;
    private final AggregatorClient client;
    private final AttemptRecorder recorder;
    private final CapLedger caps;
    private final Clock clock;
    private final List<CompletableFuture<Void>> records = new ArrayList<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    Opportunity(
            Decision decision,
            Handling handling,
            Function<String, Optional<Endpoint>> endpoints,
            AggregatorClient client,
            AttemptRecorder recorder,
            CapLedger caps,
            Clock clock) {
        this.request = decision.request();
        this.order = decision.attempts();
        this.modelVersion = decision.modelVersion();
        this.handling = handling;
        this.endpoints = endpoints;
        this.client = client;
        this.recorder = recorder;
        this.caps = caps;
        this.clock = clock;
    }

    /** @return completes when the last attempt is over and Kafka has what came of each; fails if it cannot have it */
    CompletableFuture<Void> run() {
        next(handling.attempts());
        return finished;
    }

    private void next(int index) {
        try {
            for (int i = index; i < order.size(); i++) {
                if (!handling.isOurs().getAsBoolean()) {
                    recorder.moved();
                    break;
                }
                if (timeLeft() < SHORTEST_ATTEMPT_MS) {
                    recorder.notAsked(order.get(i), NotAsked.NO_TIME_LEFT);
                    break;
                }
                Optional<Endpoint> endpoint = endpoints.apply(order.get(i));
                Instant now = clock.instant();
                Optional<NotAsked> why = endpoint.isEmpty()
                        ? Optional.of(NotAsked.NOT_IN_POLICY)
                        : caps.reserve(
                                order.get(i), endpoint.get().caps(), request.requestId(), handling.partition(), now);
                if (why.isEmpty()) {
                    ask(i, endpoint.get(), now);
                    return;
                }
                recorder.notAsked(order.get(i), why.get());
            }
            finish();
        } catch (RuntimeException e) {
            finished.completeExceptionally(e);
        }
    }

    private void ask(int index, Endpoint endpoint, Instant now) {
        Attempt attempt = new Attempt(
                request,
                order.get(index),
                index + 1,
                now,
                endpoint.uri().getHost(),
                modelVersion,
                endpoint.expected(request, now));
        client.ask(endpoint, request, Math.min(endpoint.timeoutMs(), timeLeft()))
                .thenAccept(answer -> answered(index, attempt, answer))
                .exceptionally(e -> {
                    finished.completeExceptionally(e);
                    return null;
                });
    }

    private void answered(int index, Attempt attempt, Answer given) {
        if (!handling.isOurs().getAsBoolean()) {
            caps.giveBack(attempt.aggregatorId(), request.requestId());
            recorder.moved();
            finish();
            return;
        }
        Instant now = clock.instant();
        AttemptRecorder.Recorded recorded =
                recorder.record(attempt, now.isAfter(request.deadline()) ? tooLate(given) : given, now);
        records.add(recorded.written());
        if (recorded.answer().ad() != null) {
            finish();
        } else {
            caps.giveBack(attempt.aggregatorId(), request.requestId());
            next(index + 1);
        }
    }

    /** A failure stays the one that it is. */
    private static Answer tooLate(Answer given) {
        ResponseOutcome outcome = given.reason().outcome();
        return outcome == ResponseOutcome.FILL || outcome == ResponseOutcome.NO_FILL
                ? Answer.without(
                                ResponseReason.ERROR_TIMED_OUT_TOO_LATE,
                                "it was " + given.reason().code())
                        .with(given.notices().lost())
                : given;
    }

    private void finish() {
        CompletableFuture.allOf(records.toArray(CompletableFuture[]::new)).whenComplete((nothing, e) -> {
            if (e == null) {
                finished.complete(null);
            } else {
                finished.completeExceptionally(e);
            }
        });
    }

    private long timeLeft() {
        return AdSlot.timeLeftMs(request, clock.instant());
    }
}
