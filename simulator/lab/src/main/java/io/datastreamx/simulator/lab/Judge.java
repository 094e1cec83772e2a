package io.datastreamx.simulator.lab;

import io.datastreamx.simulator.world.CapOracle;
import io.datastreamx.simulator.world.ChainOracle;
import io.datastreamx.simulator.world.Chances;
import io.datastreamx.simulator.world.Draws;
import io.datastreamx.simulator.world.Truth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** What decisions were worth under the truth, on every so-many-th request. */
final class Judge {
    private static final int MOST_UNDER_CAPS = 300;

    private final Truth truth;
    private final int every;
    private final Caps caps;
    private final ChainOracle chains = new ChainOracle();
    private final List<Kept> kept = Collections.synchronizedList(new ArrayList<>());

    private record Kept(long number, CapOracle.Request request, double value) {}

    Judge(Truth truth, int every, Caps caps) {
        this.truth = truth;
        this.every = every;
        this.caps = caps;
    }

    /** Holds the day against what its requests can earn together under the caps; where there are none, nothing. */
    void day(int requestsPerDay, DayFigures figures) {
        if (!caps.any() || kept.isEmpty()) {
            kept.clear();
            return;
        }
        kept.sort(Comparator.comparingLong(Kept::number));
        int step = Math.max(1, kept.size() / MOST_UNDER_CAPS);
        List<Kept> some = new ArrayList<>();
        for (int i = 0; i < kept.size(); i += step) {
            some.add(kept.get(i));
        }
        double[] limits = caps.limits();
        for (int a = 0; a < limits.length; a++) {
            limits[a] *= some.size() / (double) requestsPerDay;
        }
        figures.underCaps = some.stream().mapToDouble(Kept::value).sum();
        figures.capOracle = CapOracle.solve(some.stream().map(Kept::request).toList(), limits)
                .boundMicros();
        kept.clear();
    }

    void look(Asked asked, Chosen chosen, List<Integer> there, DayFigures figures) {
        if (asked.number() % every != 0 || chosen.order().isEmpty()) {
            return;
        }
        long floor = asked.request().bidFloorMicros();
        if (caps.any()) {
            underCaps(asked, chosen);
        }
        List<Chances> chances = there.stream()
                .map(a -> truth.chances(a, asked.situation(), floor))
                .toList();
        List<Integer> order = chosen.order().stream()
                .map(there::indexOf)
                .filter(place -> place >= 0)
                .toList();
        double left = asked.leftMs();
        ChainOracle.Plan best = chains.best(chances, left);
        double policy = chains.valueMicros(order, chances, left);
        figures.sample(policy, Math.max(best.valueMicros(), policy));
        List<Integer> byFirst = ChainOracle.byFirstAttempt(chances, left);
        figures.chainFirst += chains.valueMicros(byFirst, chances, left);
        figures.chainWaterfall += chains.valueMicros(waterfall(there), chances, left);
        figures.chainUniform += chains.valueMicros(shuffled(asked, there.size()), chances, left);
        figures.first += ChainOracle.firstAttemptMicros(chances.get(order.get(0)), left);
        figures.firstOracle += ChainOracle.firstAttemptMicros(chances.get(byFirst.get(0)), left);
        figures.firstUniform += chances.stream()
                .mapToDouble(one -> ChainOracle.firstAttemptMicros(one, left))
                .average()
                .orElse(0);
    }

    /** Those whose cap is reached cannot be asked. */
    private void underCaps(Asked asked, Chosen chosen) {
        List<Chances> all = new ArrayList<>();
        for (int a = 0; a < truth.aggregatorIds().size(); a++) {
            all.add(truth.chances(a, asked.situation(), asked.request().bidFloorMicros()));
        }
        List<Integer> open = chosen.order().stream().filter(caps::open).toList();
        kept.add(new Kept(
                asked.number(),
                new CapOracle.Request(all, asked.leftMs()),
                chains.valueMicros(open, all, asked.leftMs())));
    }

    /** Places among those who are there, dear contracts first. */
    private List<Integer> waterfall(List<Integer> there) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < there.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingLong(
                i -> -truth.world().aggregators().get(there.get(i)).contractPriceMicros()));
        return order;
    }

    static List<Integer> shuffled(Asked asked, int size) {
        SplittableRandom random = Draws.random(0, "fair", asked.request().requestId());
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            left.add(i);
        }
        List<Integer> order = new ArrayList<>(size);
        while (!left.isEmpty()) {
            order.add(left.remove(random.nextInt(left.size())));
        }
        return order;
    }
}
