package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.decision.Decision;
import io.datastreamx.speed.dispatch.PolicyInForce.Endpoint;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What every opportunity needs: whom to ask, where to write, what to count. Thread-safe. */
final class Dispatcher {

    final AggregatorClient client;
    final Outcomes outcomes;
    final Clock clock;
    final String currency;
    final Counts counts;
    private final PolicyFollower policies;
    private final HealthMonitor health;
    private final CapCounter caps;

    Dispatcher(
            AggregatorClient client,
            Outcomes outcomes,
            PolicyFollower policies,
            HealthMonitor health,
            CapCounter caps,
            Counts counts,
            Clock clock,
            String currency) {
        this.client = client;
        this.outcomes = outcomes;
        this.policies = policies;
        this.health = health;
        this.caps = caps;
        this.counts = counts;
        this.clock = clock;
        this.currency = currency;
    }

    /** Completes when the decision is handled and its outcomes are in Kafka. */
    CompletableFuture<Void> dispatch(Decision decision) {
        return new Opportunity(this, decision).run();
    }

    Optional<Endpoint> endpoint(String aggregatorId) {
        return policies.policy().flatMap(policy -> policy.endpoint(aggregatorId));
    }

    void count(String aggregatorId, Answer answer, Instant at) {
        health.answered(aggregatorId, answer.outcome());
        switch (answer.outcome()) {
            case FILL -> {
                counts.fills.increment();
                caps.filled(at.atZone(ZoneOffset.UTC).toLocalDate(), aggregatorId, 1);
            }
            case NO_FILL -> counts.noFills.increment();
            case TIMEOUT -> counts.timeouts.increment();
            case ERROR -> {
                counts.errors.increment();
                counts.lastError = aggregatorId + ": " + answer.detail();
            }
        }
    }
}
