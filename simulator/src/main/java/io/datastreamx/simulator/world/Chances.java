package io.datastreamx.simulator.world;

/**
 * What would happen, on average, if one aggregator were asked at one opportunity.
 *
 * @param error probability of an HTTP error instead of an answer
 * @param fill probability of an ad at or above the floor, given an answer
 * @param latencyMedianMs median time to answer, milliseconds
 * @param latencySigma spread of the log of that time
 * @param timeoutMs how long it is waited for at most, milliseconds
 * @param silent whether no answer comes at all
 * @param meanPriceMicros expected CPM price of an ad at or above the floor, micro-units
 * @param playbackError probability that the ad cannot be played
 * @param watched probability that an ad which plays is watched to the end
 * @param correlation of the hidden normal numbers behind the fills of one request
 */
public record Chances(
        double error,
        double fill,
        double latencyMedianMs,
        double latencySigma,
        int timeoutMs,
        boolean silent,
        double meanPriceMicros,
        double playbackError,
        double watched,
        double correlation) {
    /** Probability that an answer comes within so many milliseconds. */
    public double answerWithin(double limitMs) {
        return silent || limitMs <= 0 ? 0 : Normal.cumulative(Math.log(limitMs / latencyMedianMs) / latencySigma);
    }

    /** The time within which this share of the answers come, milliseconds. @param share strictly between 0 and 1 */
    double latencyMs(double share) {
        return latencyMedianMs * Math.exp(latencySigma * Normal.quantile(share));
    }

    /** Probability that the ad is played to the end, given that it was delivered. */
    public double complete() {
        return (1 - playbackError) * watched;
    }

    /** Probability that an ad arrives before the aggregator's timeout. */
    public double fillInTime() {
        return (1 - error) * fill * answerWithin(timeoutMs);
    }

    /** Expected CPM price that an ad is paid, micro-units: 0 where it is not watched to its end. */
    public double valueMicros() {
        return complete() * meanPriceMicros;
    }

    /** Expected earnings of asking, micro-units per request; aggregators pay per thousand completed ads. */
    public double revenueMicrosPerRequest() {
        return fillInTime() * complete() * meanPriceMicros / 1_000;
    }
}
