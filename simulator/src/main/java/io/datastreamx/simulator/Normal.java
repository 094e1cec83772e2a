package io.datastreamx.simulator;

/** The two curves that turn scores into probabilities. */
final class Normal {
    private Normal() {}

    static double logistic(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** Cumulative distribution of the standard normal; absolute error below 1e-7 (Abramowitz and Stegun, 26.2.17). */
    static double cumulative(double x) {
        double t = 1 / (1 + 0.2316419 * Math.abs(x));
        double polynomial =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        double upper = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * polynomial;
        return x >= 0 ? 1 - upper : upper;
    }
}
