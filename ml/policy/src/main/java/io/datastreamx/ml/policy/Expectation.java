package io.datastreamx.ml.policy;

/**
 * What is expected of asking an aggregator.
 *
 * @param fill P(it fills within its time limit), in [0, 1]
 * @param completion P(the ad is watched to its end | fill), in [0, 1]
 * @param priceMicros CPM price of a fill, micro-units, not negative
 * @param answerMs expected time until it answers or is given up, milliseconds, not negative
 */
public record Expectation(double fill, double completion, double priceMicros, double answerMs) {
    /** Expected earnings of a fill, micro-units per thousand fills. */
    public double valueMicros() {
        return completion * priceMicros;
    }
}
