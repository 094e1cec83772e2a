package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.simulator.world.ChainClock;
import io.datastreamx.simulator.world.ChainOracle;
import io.datastreamx.simulator.world.Chances;
import io.datastreamx.simulator.world.Draws;
import io.datastreamx.simulator.world.Situation;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.TruthContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What the routed decisions were worth under the simulator's truth, in expectation: the whole chain of attempts in the
 * order of the decision, in a fair shuffle, and as the chain oracle would have it, who knows all chances.
 */
final class PolicyValue {
    static final String NO_MODEL = "none";

    private final Truth truth;
    private final ChainOracle chains = new ChainOracle();
    private final Sums sinceFirstModel = new Sums();
    /** By the model that took part, in the order of their first decisions. */
    private final Map<String, Sums> byModel = new LinkedHashMap<>();

    private boolean started;

    PolicyValue(Truth truth) {
        this.truth = truth;
    }

    /**
     * Micro-units per thousand requests.
     *
     * @param requests how many the figures stand on
     */
    record Revenue(long requests, double policy, double uniform, double oracle) {}

    private static final class Sums {
        private long requests;
        private double policy;
        private double uniform;
        private double oracle;

        void add(double policyMicros, double uniformMicros, double oracleMicros) {
            requests++;
            policy += policyMicros;
            uniform += uniformMicros;
            oracle += oracleMicros;
        }

        Revenue mean() {
            double scale = requests == 0 ? 0 : 1.0 / requests;
            return new Revenue(requests, policy * scale, uniform * scale, oracle * scale);
        }
    }

    /** @param decision an {@code ad_decision}, the first of its request */
    synchronized void add(JsonNode decision) {
        started = started || decision.hasNonNull("model_version");
        if (!decision.path("status").asText().equals(DecisionStatus.ROUTED.code())) {
            return;
        }
        Situation situation = truth.situation(TruthContext.of(
                Context.of(name -> decision.path(name).textValue()),
                Instant.parse(decision.get("request_time").asText()),
                decision.path("device_id").textValue(),
                null));
        long floor = decision.path("bid_floor_micros").asLong(0);
        List<Chances> chances = IntStream.range(0, truth.aggregatorIds().size())
                .mapToObj(a -> truth.chances(a, situation, floor))
                .toList();
        double left = timeForAttempts(decision);
        double policy = chains.valueMicros(order(decision), chances, left);
        double uniform = chains.valueMicros(shuffled(decision.path("request_id").asText()), chances, left);
        double oracle = chains.best(chances, left).valueMicros();
        byModel.computeIfAbsent(decision.path("model_version").asText(NO_MODEL), model -> new Sums())
                .add(policy, uniform, oracle);
        if (started) {
            sinceFirstModel.add(policy, uniform, oracle);
        }
    }

    /** Of all from the first one on that a model took part in. */
    synchronized Revenue revenue() {
        return sinceFirstModel.mean();
    }

    /** By the model that took part, {@link #NO_MODEL} for those without one, in the order of their first decisions. */
    synchronized Map<String, Revenue> byModel() {
        Map<String, Revenue> all = new LinkedHashMap<>();
        byModel.forEach((model, sums) -> all.put(model, sums.mean()));
        return all;
    }

    private static double timeForAttempts(JsonNode decision) {
        Instant asked = Instant.parse(decision.path("arrival_time")
                .asText(decision.get("request_time").asText()));
        long tookMs = Instant.parse(decision.get("event_time").asText()).toEpochMilli() - asked.toEpochMilli();
        return ChainClock.forAttempts(decision.get("tmax_ms").asLong() - tookMs);
    }

    /** Decisions that name no order are dispatched as chosen first, then by rank. */
    private List<Integer> order(JsonNode decision) {
        List<Integer> order = new ArrayList<>();
        if (!decision.hasNonNull("order")) {
            order.add(truth.indexOf(decision.get("aggregator_id").asText()));
        }
        for (JsonNode one : decision.get(decision.hasNonNull("order") ? "order" : "ranked")) {
            int place = truth.indexOf(one.get("aggregator_id").asText());
            if (!order.contains(place)) {
                order.add(place);
            }
        }
        return order;
    }

    private List<Integer> shuffled(String requestId) {
        SplittableRandom random = Draws.random(0, "fair", requestId);
        List<Integer> order = new ArrayList<>();
        for (int place = 0; place < truth.aggregatorIds().size(); place++) {
            order.add(random.nextInt(order.size() + 1), place);
        }
        return order;
    }
}
