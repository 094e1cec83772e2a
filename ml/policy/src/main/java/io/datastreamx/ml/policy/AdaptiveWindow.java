package io.datastreamx.ml.policy;

import java.util.Arrays;

/**
 * What was observed against what was expected, over as long a time as nothing has changed: an adaptive window (ADWIN,
 * https://doi.org/10.1137/1.9781611972771.42) with the likelihood ratio of counts as its test. Where the last steps
 * tell another ratio than those before, beyond what chance does, those before are forgotten. So a sudden change shows
 * after few answers, and a small lasting one after many.
 *
 * <p>Not thread-safe.
 */
final class AdaptiveWindow {
    static final long STEP_MS = 10_000;
    /** An hour. */
    private static final int STEPS = 360;
    /**
     * Half the deviance by which two parts of the window must differ: near five standard deviations, since it is looked
     * at each second and at each of hundreds of places.
     */
    private static final double CHANGED = 12;
    /** Half the deviance up to which a ratio goes with what was seen: three standard deviations. */
    private static final double GOES_WITH = 4.5;

    private final double[] count = new double[STEPS];
    private final double[] observed = new double[STEPS];
    private final double[] expected = new double[STEPS];
    private final int least;
    private long step = Long.MIN_VALUE;

    /** @param least no fewer observations are a reason to forget others, or to expect something else */
    AdaptiveWindow(int least) {
        this.least = least;
    }

    /**
     * @param atMs not before the time of the last call by more than moments
     * @param expectation above 0
     */
    void add(long atMs, double observation, double expectation) {
        moveTo(atMs);
        int at = index(step);
        count[at]++;
        observed[at] += observation;
        expected[at] += expectation;
    }

    /** Begins with a ratio that others have found, which counts for as much as so many expected observations. */
    void begin(long atMs, double ratio, double expectation) {
        moveTo(atMs);
        int at = index(step);
        count[at] = least;
        observed[at] = ratio * expectation;
        expected[at] = expectation;
    }

    /**
     * The ratio of observed to expected, as near to 1 as goes with what was seen since the last change.
     *
     * @param dispersion variance over mean of one observation; 1 for counts
     */
    double ratio(long nowMs, double dispersion) {
        moveTo(nowMs);
        forget(dispersion);
        double all = sum(count);
        double seen = sum(observed);
        double wanted = sum(expected);
        if (all < least || wanted <= 0 || deviance(seen, wanted, 1) <= GOES_WITH * dispersion) {
            return 1;
        }
        double goes = seen / wanted;
        double goesNot = 1;
        for (int i = 0; i < 50; i++) {
            double middle = (goes + goesNot) / 2;
            if (deviance(seen, wanted, middle) <= GOES_WITH * dispersion) {
                goes = middle;
            } else {
                goesNot = middle;
            }
        }
        return goes;
    }

    /** Drops the older part, again and again, where the newer one differs from it most and beyond chance. */
    private void forget(double dispersion) {
        while (true) {
            double allCount = sum(count);
            double allSeen = sum(observed);
            double allWanted = sum(expected);
            double newCount = 0;
            double newSeen = 0;
            double newWanted = 0;
            double most = CHANGED * dispersion;
            int cut = -1;
            for (int back = 0; back < STEPS - 1; back++) {
                int at = index(step - back);
                newCount += count[at];
                newSeen += observed[at];
                newWanted += expected[at];
                if (allCount - newCount < least) {
                    break;
                }
                if (newCount >= least && newWanted > 0 && allWanted > newWanted) {
                    double ratio = allSeen / allWanted;
                    double differs = deviance(newSeen, newWanted, ratio)
                            + deviance(allSeen - newSeen, allWanted - newWanted, ratio);
                    if (differs > most) {
                        most = differs;
                        cut = back;
                    }
                }
            }
            if (cut < 0) {
                return;
            }
            for (int back = cut + 1; back < STEPS; back++) {
                clear(index(step - back));
            }
        }
    }

    /** Half the deviance of counts from a ratio of what was expected; not negative but for rounding. */
    private static double deviance(double seen, double wanted, double ratio) {
        double mean = ratio * wanted;
        return seen > 0 ? seen * Math.log(seen / mean) - (seen - mean) : mean;
    }

    private void moveTo(long atMs) {
        long now = Math.floorDiv(atMs, STEP_MS);
        if (step == Long.MIN_VALUE || now - step >= STEPS) {
            step = now;
            Arrays.fill(count, 0);
            Arrays.fill(observed, 0);
            Arrays.fill(expected, 0);
        }
        while (step < now) {
            step++;
            clear(index(step));
        }
    }

    private void clear(int at) {
        count[at] = 0;
        observed[at] = 0;
        expected[at] = 0;
    }

    private static int index(long step) {
        return (int) Math.floorMod(step, (long) STEPS);
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += Math.max(0, value);
        }
        return sum;
    }
}
