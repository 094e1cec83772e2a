package io.datastreamx.simulator.world;

/**
 * What an aggregator does with one bid request.
 *
 * @param kind how it answers
 * @param latencyMs when, milliseconds after the request came
 * @param priceMicros CPM price of the ad, micro-units; 0 without an ad
 * @param adId the ad; null without one
 */
public record Answer(Kind kind, long latencyMs, long priceMicros, String adId) {
    /** How it ends. */
    public enum Kind {
        FILL,
        NO_FILL,
        ERROR
    }
}
