package io.datastreamx.ml.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Choices among arms with known worth in known contexts, taken by a policy that learns while it goes on: halfway it
 * leans towards what paid so far.
 */
final class MadeUpBandit {
    static final int ARMS = 4;
    static final int CONTEXTS = 5;
    private static final double FLOOR = 0.05;

    private final double[][] worth = new double[CONTEXTS][ARMS];
    private final double[][] judged = new double[CONTEXTS][ARMS];

    MadeUpBandit(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int context = 0; context < CONTEXTS; context++) {
            double sum = 0;
            for (int arm = 0; arm < ARMS; arm++) {
                worth[context][arm] = random.nextDouble();
                judged[context][arm] = 0.05 + random.nextDouble();
                sum += judged[context][arm];
            }
            for (int arm = 0; arm < ARMS; arm++) {
                judged[context][arm] /= sum;
            }
        }
    }

    /** What the judged policy earns. */
    double truth() {
        double sum = 0;
        for (int context = 0; context < CONTEXTS; context++) {
            for (int arm = 0; arm < ARMS; arm++) {
                sum += judged[context][arm] * worth[context][arm] / CONTEXTS;
            }
        }
        return sum;
    }

    /** What a uniform choice earns. */
    double uniformTruth() {
        double sum = 0;
        for (double[] arms : worth) {
            for (double arm : arms) {
                sum += arm / ARMS / CONTEXTS;
            }
        }
        return sum;
    }

    /**
     * @param judgedTerms terms of the judged policy are added here
     * @param uniformTerms and those of a uniform choice here
     */
    void log(int rows, long seed, List<Term> judgedTerms, List<Term> uniformTerms) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] uniform = new double[ARMS];
        java.util.Arrays.fill(uniform, 1.0 / ARMS);
        double[][] paid = new double[CONTEXTS][ARMS];
        double[][] tried = new double[CONTEXTS][ARMS];
        for (int row = 0; row < rows; row++) {
            int context = random.nextInt(CONTEXTS);
            double[] odds = row < rows / 2 ? uniform : leaning(paid[context], tried[context]);
            int arm = drawn(odds, random.nextDouble());
            double reward = random.nextDouble() < worth[context][arm] ? 1 : 0;
            // A model that is somewhat wrong everywhere.
            double[] model = new double[ARMS];
            for (int i = 0; i < ARMS; i++) {
                model[i] = 0.2 + 0.6 * worth[context][i];
            }
            judgedTerms.add(term(judged[context], odds, model, arm, reward));
            uniformTerms.add(term(uniform, odds, model, arm, reward));
            paid[context][arm] += reward;
            tried[context][arm]++;
        }
    }

    private static Term term(double[] policy, double[] odds, double[] model, int arm, double reward) {
        double value = 0;
        for (int i = 0; i < ARMS; i++) {
            value += policy[i] * model[i];
        }
        return Term.of(new Step(policy[arm] / odds[arm], reward, model[arm], value), 10);
    }

    private static double[] leaning(double[] paid, double[] tried) {
        int best = 0;
        for (int arm = 1; arm < ARMS; arm++) {
            best = paid[arm] / (1 + tried[arm]) > paid[best] / (1 + tried[best]) ? arm : best;
        }
        double[] odds = new double[ARMS];
        for (int arm = 0; arm < ARMS; arm++) {
            odds[arm] = FLOOR + (arm == best ? 1 - ARMS * FLOOR : 0);
        }
        return odds;
    }

    private static int drawn(double[] odds, double point) {
        double upTo = 0;
        for (int arm = 0; arm < ARMS; arm++) {
            upTo += odds[arm];
            if (point < upTo) {
                return arm;
            }
        }
        return ARMS - 1;
    }

    /** Terms of both policies over so many rows. */
    static List<List<Term>> logged(MadeUpBandit bandit, int rows, long seed) {
        List<Term> judged = new ArrayList<>();
        List<Term> uniform = new ArrayList<>();
        bandit.log(rows, seed, judged, uniform);
        return List.of(judged, uniform);
    }
}
