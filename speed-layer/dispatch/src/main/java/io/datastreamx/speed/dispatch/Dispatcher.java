package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.decision.Decision;
import io.datastreamx.speed.dispatch.Endpoints.Endpoint;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Turns decisions into ads, many at a time. Thread-safe. */
final class Dispatcher {
    private final Function<String, Optional<Endpoint>> endpoints;
    private final AggregatorClient client;
    private final AttemptRecorder recorder;
    private final CapLedger caps;
    private final Clock clock;

    /** @param endpoints where each aggregator is asked under the policy in force; empty where it may not be asked */
    Dispatcher(
            Function<String, Optional<Endpoint>> endpoints,
            AggregatorClient client,
            AttemptRecorder recorder,
            CapLedger caps,
            Clock clock) {
        this.endpoints = endpoints;
        this.client = client;
        this.recorder = recorder;
        this.caps = caps;
        this.clock = clock;
    }

    /** Completes when the last attempt is over and Kafka has what came of each; fails if it cannot have it. */
    CompletableFuture<Void> dispatch(Decision decision, Handling handling) {
        return new Opportunity(decision, handling, endpoints, client, recorder, caps, clock).run();
    }
}
