package io.datastreamx.simulator;

import java.util.List;

/**
 * What one simulated aggregator is like before the context bends it. The six differ in kind (cheap and sure, dear and
 * rare, slow, unreliable) and earn about the same on average, so that only who looks at the context does much better
 * than chance.
 *
 * @param id its name in events
 * @param fillLogit log-odds of an ad
 * @param meanPriceMicros mean CPM price, micro-units
 * @param latencyMedianMs median time to answer, milliseconds
 * @param latencySigma spread of the log of that time
 * @param error probability of HTTP 500
 * @param watchedLogit log-odds that its ad is watched to the end
 * @param playbackError probability that its ad cannot be played
 * @param timeoutMs how long the router waits for it, milliseconds
 */
record AggregatorProfile(
        String id,
        double fillLogit,
        long meanPriceMicros,
        double latencyMedianMs,
        double latencySigma,
        double error,
        double watchedLogit,
        double playbackError,
        int timeoutMs) {
    static final List<AggregatorProfile> ALL = List.of(
            new AggregatorProfile("acme", 0.9, 4_000_000, 40, 0.5, 0.010, 1.6, 0.010, 200),
            new AggregatorProfile("borealis", 0.0, 7_500_000, 70, 0.5, 0.010, 1.2, 0.015, 200),
            new AggregatorProfile("cumulus", -0.9, 12_000_000, 95, 0.45, 0.020, 0.9, 0.020, 220),
            new AggregatorProfile("dynamo", 1.4, 2_800_000, 25, 0.4, 0.005, 2.0, 0.005, 200),
            new AggregatorProfile("equinox", 0.4, 6_500_000, 130, 0.5, 0.030, 1.4, 0.010, 220),
            new AggregatorProfile("fjord", -0.3, 8_500_000, 50, 0.9, 0.050, 1.0, 0.040, 200));
}
