package io.datastreamx.ml.evaluation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether a log can tell anything about a policy. Sums alone, so parts of a log can be counted apart and merged. Two
 * things are asked: are the logged odds those by which the choices were made, and did the log choose, at least now and
 * then, what the policy would.
 */
public final class Support implements Serializable {
    /** Standard errors that a mean weight may lie from 1. */
    public static final double TOLERANCE = 4;
    /** Share of the policy's choices that the log may never have made. */
    public static final double MOST_UNSUPPORTED = 0.01;
    /** Decisions of the policy's own that the log must be worth. */
    public static final double LEAST_EFFECTIVE_SAMPLE = 100;

    private static final double ROUNDING = 1e-6;
    /** Odds below this say that a choice is never made. */
    private static final double NEVER = 1e-9;

    private final Map<String, double[]> byAggregator = new TreeMap<>();
    private long decisions;
    private double unsupported;
    private double weights;
    private double squares;
    private double variance;

    /**
     * How often an aggregator was asked first, against how often it should have been.
     *
     * @param decisions that had it as a candidate
     * @param chosen times that it was asked first
     * @param meanWeight mean of 1/propensity where it was chosen and 0 elsewhere; 1 where the odds are right
     * @param standardError of that, if the odds are right
     */
    public record Odds(String aggregatorId, long decisions, long chosen, double meanWeight, double standardError) {
        /** Standard errors that the mean weight lies from 1. */
        public double off() {
            return standardError == 0
                    ? Math.abs(meanWeight - 1) < ROUNDING ? 0 : Double.MAX_VALUE
                    : (meanWeight - 1) / standardError;
        }
    }

    /**
     * Counts one decision.
     *
     * @param aggregators its candidates
     * @param logged the probability with which each was to be asked first
     * @param policy the probability with which the judged policy would ask each first
     * @param chosen place of the one that was
     */
    public void add(List<String> aggregators, double[] logged, double[] policy, int chosen) {
        decisions++;
        double weight = 0;
        double second = 0;
        for (int i = 0; i < logged.length; i++) {
            if (logged[i] < NEVER) {
                unsupported += policy[i];
                continue;
            }
            double[] sums = byAggregator.computeIfAbsent(aggregators.get(i), id -> new double[4]);
            sums[0]++;
            sums[1] += i == chosen ? 1 : 0;
            sums[2] += i == chosen ? 1 / logged[i] : 0;
            sums[3] += (1 - logged[i]) / logged[i];
            second += policy[i] * policy[i] / logged[i];
            weight += i == chosen ? policy[i] / logged[i] : 0;
        }
        weights += weight;
        squares += weight * weight;
        variance += Math.max(0, second - 1);
    }

    /** @return this, with the other part of the log counted too */
    public Support merge(Support other) {
        decisions += other.decisions;
        unsupported += other.unsupported;
        weights += other.weights;
        squares += other.squares;
        variance += other.variance;
        other.byAggregator.forEach((id, sums) -> {
            double[] own = byAggregator.computeIfAbsent(id, none -> new double[4]);
            for (int i = 0; i < own.length; i++) {
                own[i] += sums[i];
            }
        });
        return this;
    }

    /** By aggregator, alphabetically. */
    public List<Odds> odds() {
        List<Odds> odds = new ArrayList<>();
        byAggregator.forEach((id, sums) -> odds.add(
                new Odds(id, (long) sums[0], (long) sums[1], sums[2] / sums[0], Math.sqrt(sums[3]) / sums[0])));
        return odds;
    }

    public long decisions() {
        return decisions;
    }

    /** Share of the policy's first choices that the log never made. */
    public double unsupportedShare() {
        return decisions == 0 ? 1 : unsupported / decisions;
    }

    /** Mean of the policy's first-choice weights; 1 where the log supports it. */
    public double meanWeight() {
        return decisions == 0 ? 0 : weights / decisions;
    }

    /** So many first choices of the policy's own would tell as much. */
    public double effectiveSampleSize() {
        return squares == 0 ? 0 : weights * weights / squares;
    }

    /** Why nothing can be told from the log about the policy; empty where something can. */
    public List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        for (Odds one : odds()) {
            if (Math.abs(one.off()) > TOLERANCE) {
                refusals.add(text(
                        "cannot tell: the logged propensities of %s are not those by which it was chosen (mean weight %.4f, %.1f standard errors from 1)",
                        one.aggregatorId(), one.meanWeight(), Math.min(999_999, Math.abs(one.off()))));
            }
        }
        if (unsupportedShare() > MOST_UNSUPPORTED) {
            refusals.add(text(
                    "cannot tell: %.1f %% of the choices of the new policy were never made in the log",
                    100 * unsupportedShare()));
        }
        double error = decisions == 0 ? 0 : Math.sqrt(variance) / decisions;
        if (Math.abs(meanWeight() + unsupportedShare() - 1) > TOLERANCE * error + ROUNDING) {
            refusals.add(text(
                    "cannot tell: the mean weight of the new policy's choices is %.4f, which is not 1 within %.0f standard errors of %.4f",
                    meanWeight(), TOLERANCE, error));
        }
        if (effectiveSampleSize() < LEAST_EFFECTIVE_SAMPLE) {
            refusals.add(text(
                    "cannot tell: %,d held-out decisions are worth only %.0f of the new policy's own, at least %.0f wanted",
                    decisions, effectiveSampleSize(), LEAST_EFFECTIVE_SAMPLE));
        }
        return refusals;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
