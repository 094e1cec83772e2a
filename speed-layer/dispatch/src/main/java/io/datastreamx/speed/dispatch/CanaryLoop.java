package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.policy.Canary;
import io.datastreamx.kafka.policy.ModelPromotion;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.ml.policy.CanaryWatch;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a canary, as the dispatcher that speaks for all. What fails is done again at the next call;
 * one thread calls it.
 */
final class CanaryLoop {
    private static final Logger LOG = LoggerFactory.getLogger(CanaryLoop.class);

    private final ModelPromotion models;
    private final PolicyFollower policies;
    private final CanaryWatch watch;
    private final Clock clock;
    /** What was found of a canary that may not be settled yet; null where nothing is open. */
    private Found open;

    private record Found(Canary canary, CanaryWatch.Verdict verdict) {}

    CanaryLoop(ModelPromotion models, PolicyFollower policies, CanaryWatch watch, Clock clock) {
        this.models = models;
        this.policies = policies;
        this.watch = watch;
        this.clock = clock;
    }

    void run() {
        Canary canary = policies.state().snapshot().policy().canary();
        if (open == null && canary != null) {
            watch.verdict(canary, clock.instant())
                    .filter(verdict -> verdict.outcome() != CanaryWatch.Outcome.GO_ON)
                    .ifPresent(verdict -> open = new Found(canary, verdict));
        }
        if (open != null) {
            models.settle(open.canary(), open.verdict(), clock.instant());
            LOG.info("canary {}: {}", open.canary().model().version(), open.verdict());
            open = null;
        }
    }
}
