package io.datastreamx.ml.policy;

/**
 * What attempts are worth one after the other: the next is asked when one does not fill, as long as there is time. Each
 * attempt uses up time, and with it the chance that those after it are asked at all: with T left, one that takes t on
 * average leaves e^(−t/2T) of what comes after it.
 */
public final class Chain {
    private Chain() {}

    /**
     * What a place in the chain is worth with an aggregator: {@code f·v / (1 − (1 − f)·e^(−t/2T))}. To ask by falling
     * index earns most, where attempts are worth what is said above; against the dynamic programme that knows times
     * exactly it lacks some two percent.
     *
     * @param fill probability that it fills within its limit
     * @param value earnings of a fill, net
     * @param answerMs expected time until it answers or is given up
     * @param timeLeftMs time left before the first attempt
     * @return at most {@code value}; not above 0 where {@code value} is not
     */
    public static double index(double fill, double value, double answerMs, double timeLeftMs) {
        return fill > 0 ? fill * value / (1 - (1 - fill) * remaining(answerMs, timeLeftMs)) : 0;
    }

    /** The share of what comes after an attempt that is left by it, should it not fill. */
    public static double remaining(double answerMs, double timeLeftMs) {
        return timeLeftMs > 0 ? StrictMath.exp(-answerMs / (2 * timeLeftMs)) : 0;
    }
}
