package io.datastreamx.ml.bounds;

/**
 * Bounds of a mean that hold at all times at once: however often one looks, and whenever one stops, the chance that the
 * mean ever lies outside is at most {@code alpha}. Values may depend on the past as long as their conditional mean is
 * the one sought, so policies may change meanwhile (https://arxiv.org/abs/2210.10768).
 */
public final class ConfidenceSequence {
    private static final double PRIOR_MEAN = 0.5;
    private static final double PRIOR_VARIANCE = 0.25;
    private static final int BISECTIONS = 40;
    /** The largest part of its capital that a bet risks. */
    private static final double BOLDEST = 0.5;

    private final double low;
    private final double high;
    private final double alpha;

    /**
     * @param low no value lies below
     * @param high no value lies above
     * @param alpha chance of ever being wrong, both sides together
     */
    public ConfidenceSequence(double low, double high, double alpha) {
        if (!(low < high) || !(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException(
                    "values need a range and alpha lies in (0, 1), got " + low + " to " + high + " and " + alpha);
        }
        this.low = low;
        this.high = high;
        this.alpha = alpha;
    }

    /**
     * After the last value, by a predictable empirical-Bernstein bound (https://arxiv.org/abs/2010.09686, theorem 2).
     *
     * @param values in the order in which they came
     */
    public Interval empiricalBernstein(double[] values) {
        Running running = running();
        for (double value : values) {
            running.add(value);
        }
        return running.interval();
    }

    /** The bounds of {@link #empiricalBernstein} for values that come one by one. */
    public Running running() {
        return new Running();
    }

    /** What is known so far, in constant space. One thread at a time. */
    public final class Running {
        private final double log = Math.log(2 / alpha);
        private final Moments seen = new Moments();
        private double bets;
        private double centre;
        private double width = log;
        private double lower;
        private double upper = 1;

        private Running() {}

        /** @throws IllegalArgumentException for a value out of range */
        public void add(double value) {
            double x = scaled(value);
            double bet = Math.min(BOLDEST, plugIn(log, seen));
            double error = x - seen.mean();
            bets += bet;
            centre += bet * x;
            width += error * error * (-Math.log1p(-bet) - bet);
            lower = Math.max(lower, (centre - width) / bets);
            upper = Math.min(upper, (centre + width) / bets);
            seen.add(x);
        }

        public Interval interval() {
            return unscaled(lower, upper);
        }
    }

    /**
     * After the last value, by betting against every mean (https://arxiv.org/abs/2010.09686, section 4): a mean is
     * ruled out once the capital of a gambler who bets against it has grown to {@code 2 / alpha}. Narrower than the
     * other where values are few, and slower.
     *
     * @param values in the order in which they came
     */
    public Interval betting(double[] values) {
        double[] x = new double[values.length];
        double[] bets = new double[values.length];
        double log = Math.log(2 / alpha);
        Moments seen = new Moments();
        for (int i = 0; i < values.length; i++) {
            x[i] = scaled(values[i]);
            bets[i] = plugIn(log, seen);
            seen.add(x[i]);
        }
        double lower = ruledOutBelow(x, bets, log);
        for (int i = 0; i < x.length; i++) {
            x[i] = 1 - x[i];
        }
        return unscaled(lower, 1 - ruledOutBelow(x, bets, log));
    }

    /** The largest mean against which the gambler who bets on more has won. */
    private static double ruledOutBelow(double[] x, double[] bets, double log) {
        double ruledOut = 0;
        double open = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double mean = (ruledOut + open) / 2;
            if (won(x, bets, mean, log)) {
                ruledOut = mean;
            } else {
                open = mean;
            }
        }
        return ruledOut;
    }

    private static boolean won(double[] x, double[] bets, double mean, double log) {
        double capital = 0;
        double most = BOLDEST / mean;
        for (int i = 0; i < x.length; i++) {
            capital += Math.log1p(Math.min(bets[i], most) * (x[i] - mean));
            if (capital >= log) {
                return true;
            }
        }
        return false;
    }

    private static double plugIn(double log, Moments seen) {
        double t = seen.count() + 1;
        return Math.sqrt(2 * log / (seen.variance() * t * Math.log1p(t)));
    }

    private double scaled(double value) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException("value " + value + " lies outside " + low + " to " + high);
        }
        return (value - low) / (high - low);
    }

    private Interval unscaled(double lower, double upper) {
        return new Interval(
                low + Math.max(0, Math.min(1, lower)) * (high - low),
                low + Math.max(0, Math.min(1, upper)) * (high - low));
    }

    /** Mean and variance of what was seen before, each with one made-up observation. */
    private static final class Moments {
        private long count;
        private double sum = PRIOR_MEAN;
        private double squares = PRIOR_VARIANCE;

        void add(double x) {
            count++;
            sum += x;
            squares += (x - mean()) * (x - mean());
        }

        long count() {
            return count;
        }

        double mean() {
            return sum / (count + 1);
        }

        double variance() {
            return squares / (count + 1);
        }
    }
}
