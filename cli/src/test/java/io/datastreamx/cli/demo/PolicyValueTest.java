package io.datastreamx.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.TruthContext;
import io.datastreamx.simulator.world.World;
import java.time.Instant;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

class PolicyValueTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:00:00Z");

    private final Truth truth = Truth.of(World.named(World.DEMO), 1, TIME);
    private final TruthContext context = new TruthContext("news", null, null, "north", "m1", TIME);
    private final PolicyValue value = new PolicyValue(truth);

    private ObjectNode decision(String status, String model) {
        ObjectNode decision = ServingClient.JSON.createObjectNode();
        decision.put("status", status).put("request_time", TIME.toString());
        decision.put("channel_id", "news").put("region", "north").put("device_model", "m1");
        if (model != null) {
            decision.put("model_version", model);
        }
        decision.putArray("ranked");
        return decision;
    }

    private ObjectNode candidate(ObjectNode decision, String aggregator, double propensity) {
        decision.withArray("ranked")
                .addObject()
                .put("aggregator_id", aggregator)
                .put("propensity", propensity);
        return decision;
    }

    @Test
    void alwaysTheBestIsTheOracleAndAFairDrawIsUniform() {
        String best = truth.aggregatorIds().stream()
                .max(Comparator.comparingDouble(id -> truth.expectedRevenueMicrosPerRequest(id, context)))
                .orElseThrow();
        value.add(candidate(decision("routed", "m1"), best, 1));
        PolicyValue.Revenue greedy = value.revenue();
        assertEquals(greedy.oracle(), greedy.policy(), 1e-6);

        ObjectNode fair = decision("routed", null);
        truth.aggregatorIds()
                .forEach(id -> candidate(fair, id, 1.0 / truth.aggregatorIds().size()));
        value.add(fair);
        PolicyValue.Revenue both = value.revenue();
        assertEquals(2, both.requests());
        assertEquals((both.oracle() + both.uniform()) / 2, both.policy(), 1e-6);
    }

    @Test
    void onlyRoutedDecisionsSinceTheFirstModelCount() {
        value.add(candidate(decision("routed", null), "acme", 1));
        assertEquals(0, value.revenue().requests());
        value.add(decision("expired", "m1"));
        assertEquals(0, value.revenue().requests());
        value.add(candidate(decision("routed", null), "acme", 1));
        assertEquals(1, value.revenue().requests());
        assertEquals(
                1000 * truth.expectedRevenueMicrosPerRequest("acme", context),
                value.revenue().policy(),
                1e-6);
    }
}
