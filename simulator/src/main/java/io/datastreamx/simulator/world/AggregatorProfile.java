package io.datastreamx.simulator.world;

/**
 * What one simulated aggregator is like before the context bends it.
 *
 * @param id its name in events
 * @param fillLogit log-odds of an ad
 * @param meanPriceMicros mean CPM price, micro-units
 * @param priceSigma spread of the log of the price
 * @param spikeShare share of prices that are out of all proportion
 * @param spikeFactor how many times the usual price those are
 * @param latencyMedianMs median time to answer, milliseconds, with nothing else to do
 * @param latencySigma spread of the log of that time
 * @param load share by which the median is longer in the busiest hour
 * @param error probability of HTTP 500
 * @param watchedLogit log-odds that its ad is watched to the end
 * @param playbackError probability that its ad cannot be played
 * @param timeoutMs how long the router waits for it, milliseconds
 * @param contractPriceMicros CPM price that its terms promise, true or not
 * @param maxPriceMicros no bid is above this CPM price
 * @param dailyCap most fills of a day; 0 is unlimited, or what {@code capShare} says
 * @param capShare most fills of a day as a share of all requests of a day; 0 is unlimited, or what {@code dailyCap}
 *     says
 */
public record AggregatorProfile(
        String id,
        double fillLogit,
        long meanPriceMicros,
        double priceSigma,
        double spikeShare,
        double spikeFactor,
        double latencyMedianMs,
        double latencySigma,
        double load,
        double error,
        double watchedLogit,
        double playbackError,
        int timeoutMs,
        long contractPriceMicros,
        long maxPriceMicros,
        long dailyCap,
        double capShare) {
    /** The bound that {@code max_price_micros} of an event has: a fill must be an event that the contract takes. */
    private static final long MOST_MICROS = 1_000_000_000L;

    static AggregatorProfile of(Fields fields) {
        long price = fields.whole("price-micros", 1, MOST_MICROS);
        long contract = fields.whole("contract-price-micros", 1, MOST_MICROS, price);
        AggregatorProfile profile = new AggregatorProfile(
                fields.text("id"),
                fields.number("fill-log-odds", -20, 20),
                price,
                fields.number("price-sigma", 0, 3, 0.25),
                fields.number("spike-share", 0, 0.5, 0),
                fields.number("spike-factor", 1, 1_000, 1),
                fields.number("latency-median-ms", 0.5, 10_000),
                fields.number("latency-sigma", 0.01, 3),
                fields.number("load", 0, 20, 0),
                fields.number("error", 0, 1, 0),
                fields.number("watched-log-odds", -20, 20),
                fields.number("playback-error", 0, 1, 0),
                (int) fields.whole("timeout-ms", 1, 10_000),
                contract,
                fields.whole("max-price-micros", 1, MOST_MICROS, Math.min(MOST_MICROS, 10 * contract)),
                fields.whole("daily-cap", 0, 1_000_000_000, 0),
                fields.number("cap-share", 0, 1, 0));
        if (!profile.id().matches("[a-z0-9][a-z0-9_-]{0,31}")) {
            throw fields.wrong("id", "1 to 32 lower-case letters, digits, _ and -");
        }
        if (profile.dailyCap() > 0 && profile.capShare() > 0) {
            throw fields.wrong("cap-share", "left out where there is a daily-cap");
        }
        fields.nothingElse();
        return profile;
    }

    /** Most fills of a day with so many requests; 0 is unlimited. */
    public long dailyCap(double requestsPerDay) {
        return capShare == 0 ? dailyCap : Math.max(1, Math.round(capShare * requestsPerDay));
    }
}
