package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.TruthContext;
import java.time.Instant;

/**
 * What the routed decisions were worth under the simulator's truth, in expectation, from the first one on that a model
 * took part in: by the propensities of the decision, by a fair draw among all aggregators, and by the best aggregator
 * for each context. Fallbacks after the chosen one are not counted.
 */
final class PolicyValue {
    private final Truth truth;
    private boolean started;
    private long requests;
    private double policy;
    private double uniform;
    private double oracle;

    PolicyValue(Truth truth) {
        this.truth = truth;
    }

    /**
     * Micro-units per thousand requests.
     *
     * @param requests how many the figures stand on
     */
    record Revenue(long requests, double policy, double uniform, double oracle) {}

    /** @param decision an {@code ad_decision}, the first of its request */
    synchronized void add(JsonNode decision) {
        started = started || decision.hasNonNull("model_version");
        if (!started || !decision.path("status").asText().equals(DecisionStatus.ROUTED.code())) {
            return;
        }
        TruthContext context = TruthContext.of(
                Context.of(name -> decision.path(name).textValue()),
                Instant.parse(decision.get("request_time").asText()));
        requests++;
        for (JsonNode candidate : decision.get("ranked")) {
            policy += candidate.get("propensity").asDouble()
                    * truth.expectedRevenueMicrosPerRequest(
                            candidate.get("aggregator_id").asText(), context);
        }
        uniform += truth.uniformRevenueMicrosPerRequest(context);
        oracle += truth.oracleRevenueMicrosPerRequest(context);
    }

    synchronized Revenue revenue() {
        double scale = requests == 0 ? 0 : 1000.0 / requests;
        return new Revenue(requests, policy * scale, uniform * scale, oracle * scale);
    }
}
