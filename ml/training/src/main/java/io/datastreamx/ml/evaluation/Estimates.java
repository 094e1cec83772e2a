package io.datastreamx.ml.evaluation;

import io.datastreamx.ml.bounds.Interval;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Estimates over a log's terms: of one policy's value, and of the difference of two on the same decisions, which is far
 * narrower than the two values are, since what the decisions have in common cancels.
 */
public final class Estimates {
    /** Of intervals. */
    public static final double CONFIDENCE = 0.95;

    private static final double Z = z(1 - (1 - CONFIDENCE) / 2);
    /** More blocks than this make no interval better. */
    private static final int MOST_BLOCKS = 2_000;

    private Estimates() {}

    /** @param terms one for each decision, in the order of the log */
    public static Estimate of(Estimator estimator, List<Term> terms) {
        Influence all = Influence.of(estimator, terms);
        return estimate(estimator, all.value(), all.perDecision(), terms);
    }

    /**
     * By how much the first policy earns more than the second.
     *
     * @param first terms of the policy that is judged
     * @param second terms of the policy that it is compared with, for the same decisions
     */
    public static Estimate difference(Estimator estimator, List<Term> first, List<Term> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    "a paired difference wants the same decisions, got " + first.size() + " and " + second.size());
        }
        Influence one = Influence.of(estimator, first);
        Influence other = Influence.of(estimator, second);
        double[] paired = IntStream.range(0, first.size())
                .mapToDouble(i -> one.perDecision()[i] - other.perDecision()[i])
                .toArray();
        return estimate(estimator, one.value() - other.value(), paired, first);
    }

    /**
     * The percentile interval of a bootstrap over blocks of decisions that follow each other, so that what neighbours
     * have in common widens it.
     *
     * @param second null for the value of one policy alone
     * @param rounds so many resamples
     */
    public static Interval bootstrap(Estimator estimator, List<Term> first, List<Term> second, int rounds, long seed) {
        int rows = first.size();
        int blocks = Math.min(rows, MOST_BLOCKS);
        if (blocks == 0) {
            return Interval.ALL;
        }
        double[][] sums = new double[blocks][];
        for (int block = 0; block < blocks; block++) {
            int from = (int) ((long) block * rows / blocks);
            int to = (int) ((long) (block + 1) * rows / blocks);
            sums[block] = sums(estimator, first, second, from, to);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] found = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            double[] total = new double[7];
            for (int i = 0; i < blocks; i++) {
                double[] block = sums[random.nextInt(blocks)];
                for (int j = 0; j < total.length; j++) {
                    total[j] += block[j];
                }
            }
            found[round] = ratio(estimator, total, 0) - (second == null ? 0 : ratio(estimator, total, 3));
        }
        Percentile percentile = new Percentile();
        percentile.setData(found);
        double tail = 100 * (1 - CONFIDENCE) / 2;
        return new Interval(percentile.evaluate(tail), percentile.evaluate(100 - tail));
    }

    /** The quantile of the standard normal distribution. */
    public static double z(double probability) {
        return new NormalDistribution(null, 0, 1).inverseCumulativeProbability(probability);
    }

    private static double[] sums(Estimator estimator, List<Term> first, List<Term> second, int from, int to) {
        double[] sums = new double[7];
        for (int i = from; i < to; i++) {
            add(sums, 0, estimator, first.get(i));
            if (second != null) {
                add(sums, 3, estimator, second.get(i));
            }
            sums[6]++;
        }
        return sums;
    }

    private static void add(double[] sums, int at, Estimator estimator, Term term) {
        sums[at] += estimator.numerator(term);
        sums[at + 1] += term.weight();
        sums[at + 2] += estimator.offset(term);
    }

    private static double ratio(Estimator estimator, double[] sums, int at) {
        double divisor = estimator.selfNormalised() ? sums[at + 1] : sums[6];
        return (divisor == 0 ? 0 : sums[at] / divisor) + sums[at + 2] / sums[6];
    }

    private static Estimate estimate(Estimator estimator, double value, double[] influence, List<Term> terms) {
        int n = terms.size();
        double weights = terms.stream().mapToDouble(Term::weight).sum();
        double squares =
                terms.stream().mapToDouble(t -> t.weight() * t.weight()).sum();
        double heaviest = terms.stream().mapToDouble(Term::weight).max().orElse(0);
        if (n < 2) {
            return new Estimate(
                    estimator, n, value, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, 0, 0, heaviest);
        }
        double mean = 0;
        for (double one : influence) {
            mean += one / n;
        }
        double spread = 0;
        for (double one : influence) {
            spread += (one - mean) * (one - mean);
        }
        double error = Math.sqrt(spread / (n - 1) / n);
        return new Estimate(
                estimator,
                n,
                value,
                error,
                value - Z * error,
                value + Z * error,
                squares == 0 ? 0 : weights * weights / squares,
                weights / n,
                heaviest);
    }

    /** A value, and by how much each decision moves it. */
    private record Influence(double value, double[] perDecision) {
        static Influence of(Estimator estimator, List<Term> terms) {
            int n = terms.size();
            double[] numerators =
                    terms.stream().mapToDouble(estimator::numerator).toArray();
            double[] offsets = terms.stream().mapToDouble(estimator::offset).toArray();
            double weight = terms.stream().mapToDouble(Term::weight).average().orElse(0);
            double numerator = average(numerators);
            double offset = average(offsets);
            if (!estimator.selfNormalised()) {
                return new Influence(numerator, numerators);
            }
            double ratio = weight == 0 ? 0 : numerator / weight;
            double[] influence = new double[n];
            for (int i = 0; i < n; i++) {
                double moved =
                        weight == 0 ? 0 : (numerators[i] - ratio * terms.get(i).weight()) / weight;
                influence[i] = moved + offsets[i] + ratio;
            }
            return new Influence(ratio + offset, influence);
        }

        private static double average(double[] values) {
            return IntStream.range(0, values.length)
                    .mapToDouble(i -> values[i])
                    .average()
                    .orElse(0);
        }
    }
}
