package io.datastreamx.simulator.world;

import java.util.Arrays;
import java.util.List;

/** The drift of a world, asked at a time. */
final class Changes {
    private final long seed;
    private final List<AggregatorProfile> profiles;
    private final List<Drift> drift;
    private final double[] arrivals;

    Changes(long seed, World world) {
        this.seed = seed;
        this.profiles = world.aggregators();
        this.drift = world.drift().stream()
                .filter(change -> !(change instanceof Drift.Arrival))
                .toList();
        this.arrivals = new double[profiles.size()];
        Arrays.fill(arrivals, Double.NEGATIVE_INFINITY);
        List<String> ids = world.aggregatorIds();
        for (Drift change : world.drift()) {
            if (change instanceof Drift.Arrival arrival) {
                arrivals[ids.indexOf(arrival.aggregator())] = arrival.day();
            }
        }
    }

    double arrivalDay(int aggregator) {
        return arrivals[aggregator];
    }

    /** How the aggregator is out of order; null where it is not. */
    Drift.By outage(int aggregator, double days) {
        String id = profiles.get(aggregator).id();
        for (Drift change : drift) {
            if (change instanceof Drift.Outage outage
                    && outage.aggregator().equals(id)
                    && days >= outage.day()
                    && days < outage.day() + outage.hours() / 24) {
                return outage.by();
            }
        }
        return null;
    }

    /** What the season adds to the log-odds of an ad. */
    double fill(int aggregator, double days) {
        double sum = 0;
        for (Drift change : drift) {
            if (change instanceof Drift.Season season && season.fill() > 0) {
                sum += season.fill() * wave(aggregator, "fill", season, days);
            }
        }
        return sum;
    }

    /** Mean CPM price before the context bends it, micro-units. */
    double meanPriceMicros(int aggregator, double days) {
        int asks = aggregator;
        double factor = 1;
        for (Drift change : drift) {
            String id = profiles.get(asks).id();
            if (change instanceof Drift.PriceSwap swap && days >= swap.day()) {
                if (swap.first().equals(id)) {
                    asks = place(swap.second());
                } else if (swap.second().equals(id)) {
                    asks = place(swap.first());
                }
            } else if (change instanceof Drift.PriceChange changed
                    && days >= changed.day()
                    && changed.aggregator().equals(profiles.get(aggregator).id())) {
                factor *= changed.factor();
            } else if (change instanceof Drift.Season season && season.price() > 0) {
                factor *= Math.exp(season.price() * wave(aggregator, "price", season, days));
            }
        }
        return factor * profiles.get(asks).meanPriceMicros();
    }

    private double wave(int aggregator, String quantity, Drift.Season season, double days) {
        double phase = 2
                * Math.PI
                * Draws.random(
                                seed,
                                "season",
                                quantity,
                                profiles.get(aggregator).id())
                        .nextDouble();
        return Math.sin(2 * Math.PI * days / season.periodDays() + phase);
    }

    private int place(String aggregatorId) {
        for (int i = 0; i < profiles.size(); i++) {
            if (profiles.get(i).id().equals(aggregatorId)) {
                return i;
            }
        }
        throw new IllegalStateException(aggregatorId);
    }
}
