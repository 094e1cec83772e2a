package io.datastreamx.simulator;

/**
 * What would happen, on average, if one aggregator were asked at one opportunity.
 *
 * @param error probability of an HTTP error instead of an answer
 * @param fill probability of an ad, given an answer
 * @param inTime probability that the answer comes before the aggregator's timeout
 * @param meanPriceMicros expected CPM price of an ad, micro-units
 * @param playbackError probability that the ad cannot be played
 * @param watched probability that an ad which plays is watched to the end
 */
public record Chances(
        double error, double fill, double inTime, double meanPriceMicros, double playbackError, double watched) {
    /** Probability that the ad is played to the end, given that it was delivered. */
    public double complete() {
        return (1 - playbackError) * watched;
    }

    /** Probability that an ad arrives in time. */
    public double fillInTime() {
        return (1 - error) * fill * inTime;
    }

    /** Expected earnings of asking, micro-units per request; aggregators pay per thousand completed ads. */
    public double revenueMicrosPerRequest() {
        return fillInTime() * complete() * meanPriceMicros / 1_000;
    }
}
