package io.datastreamx.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.simulator.world.ChainOracle;
import io.datastreamx.simulator.world.Chances;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.TruthContext;
import io.datastreamx.simulator.world.World;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyValueTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:00:00Z");
    private static final long FOR_ATTEMPTS_MS = 300 - 5 - 20;

    private final Truth truth = Truth.of(World.named(World.DEMO), 1, TIME);
    private final List<Chances> chances = truth.aggregatorIds().stream()
            .map(id -> truth.chances(id, new TruthContext("news", null, null, "north", "m1", TIME.minusSeconds(9))))
            .toList();
    private final PolicyValue value = new PolicyValue(truth);

    private static ObjectNode decision(String status, String model) {
        ObjectNode decision = ServingClient.JSON.createObjectNode();
        decision.put("status", status).put("request_time", TIME.minusSeconds(9).toString());
        decision.put("arrival_time", TIME.toString())
                .put("event_time", TIME.plusMillis(5).toString());
        decision.put("request_id", "r-1").put("tmax_ms", 300);
        decision.put("channel_id", "news").put("region", "north").put("device_model", "m1");
        if (model != null) {
            decision.put("model_version", model);
        }
        decision.putArray("ranked");
        return decision;
    }

    private ObjectNode ordered(ObjectNode decision, String field, List<Integer> order) {
        for (int place : order) {
            decision.withArray(field)
                    .addObject()
                    .put("aggregator_id", truth.aggregatorIds().get(place));
        }
        return decision;
    }

    @Test
    void theOraclesOrderIsWorthWhatTheOracleIsAndOthersLess() {
        List<Integer> best = new ChainOracle().best(chances, FOR_ATTEMPTS_MS).order();
        value.add(ordered(decision("routed", "m1"), "order", best));
        PolicyValue.Revenue found = value.revenue();
        assertEquals(1, found.policy() / found.oracle(), 0.005);
        assertTrue(found.uniform() < found.oracle(), found.toString());
    }

    @Test
    void withoutAnOrderTheChosenOneIsAskedFirstAndThenTheRankedOnes() {
        ObjectNode decision = ordered(decision("routed", "m1"), "ranked", List.of(0, 1, 2));
        decision.put("aggregator_id", truth.aggregatorIds().get(2));
        value.add(decision);
        double expected = new ChainOracle().valueMicros(List.of(2, 0, 1), chances, FOR_ATTEMPTS_MS);
        assertEquals(expected, value.revenue().policy(), 1e-6 * expected);
    }

    @Test
    void decisionsAreAlsoToldApartByTheModelThatTookPart() {
        value.add(ordered(decision("routed", null), "order", List.of(0)));
        value.add(ordered(decision("routed", "m2"), "order", List.of(1)));
        value.add(ordered(decision("routed", "m1"), "order", List.of(0)));
        assertEquals(List.of("none", "m2", "m1"), List.copyOf(value.byModel().keySet()));
        double second = ChainOracle.firstAttemptMicros(chances.get(1), FOR_ATTEMPTS_MS);
        assertEquals(second, value.byModel().get("m2").policy(), 1e-6 * second);
    }

    @Test
    void onlyRoutedDecisionsSinceTheFirstModelCount() {
        value.add(ordered(decision("routed", null), "order", List.of(0)));
        assertEquals(0, value.revenue().requests());
        value.add(decision("expired", "m1"));
        assertEquals(0, value.revenue().requests());
        value.add(ordered(decision("routed", null), "order", List.of(0)));
        assertEquals(1, value.revenue().requests());
        double first = ChainOracle.firstAttemptMicros(chances.get(0), FOR_ATTEMPTS_MS);
        assertEquals(first, value.revenue().policy(), 1e-6 * first);
    }
}
