package io.datastreamx.simulator.lab;

import io.datastreamx.simulator.world.ChainOracle;
import io.datastreamx.simulator.world.Chances;
import io.datastreamx.simulator.world.Truth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Policies that learn nothing: those that look at nothing, and the oracles, which look at the truth. */
final class FixedPolicies {
    private FixedPolicies() {}

    /** A fair shuffle of those who are there. */
    static LabPolicy uniform() {
        return new Fixed("uniform", (asked, there) -> Judge.shuffled(asked, there.size()).stream()
                .map(there::get)
                .toList());
    }

    /** Dear contracts first. */
    static LabPolicy waterfall(Truth truth) {
        return new Fixed("waterfall", (asked, there) -> {
            List<Integer> order = new ArrayList<>(there);
            order.sort(Comparator.comparingLong(
                    a -> -truth.world().aggregators().get(a).contractPriceMicros()));
            return order;
        });
    }

    /** The chain oracle's order. */
    static LabPolicy oracle(Truth truth) {
        ChainOracle chains = new ChainOracle();
        return byTruth("oracle", truth, known -> chains.best(known.chances(), known.leftMs())
                .order());
    }

    /** By the best first attempt. */
    static LabPolicy firstOracle(Truth truth) {
        return byTruth("oracle-first", truth, known -> ChainOracle.byFirstAttempt(known.chances(), known.leftMs()));
    }

    private record Known(List<Chances> chances, double leftMs) {}

    private static LabPolicy byTruth(String name, Truth truth, Function<Known, List<Integer>> order) {
        return new Fixed(name, (asked, there) -> {
            List<Chances> chances = there.stream()
                    .map(a ->
                            truth.chances(a, asked.situation(), asked.request().bidFloorMicros()))
                    .toList();
            return order.apply(new Known(chances, asked.leftMs())).stream()
                    .map(there::get)
                    .toList();
        });
    }

    private interface Order {
        List<Integer> of(Asked asked, List<Integer> there);
    }

    private static final class Fixed implements LabPolicy {
        private final String name;
        private final Order order;
        private volatile List<Integer> there = List.of();

        Fixed(String name, Order order) {
            this.name = name;
            this.order = order;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void morning(int day, List<Integer> now) {
            there = now;
        }

        @Override
        public Chosen choose(Asked asked) {
            return new Chosen(order.of(asked, there), null);
        }
    }
}
