package io.datastreamx.ml.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Estimates;
import io.datastreamx.ml.evaluation.Estimator;
import io.datastreamx.ml.evaluation.Step;
import io.datastreamx.ml.evaluation.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * How often the gate errs, on simulated logs of a policy that explores as routers do: which candidates it lets pass
 * that earn 3 % less, 3 % more, or just as much.
 */
class GateErrorsTest {
    private static final int HELD_OUT = 40_000;
    private static final int RUNS = 100;
    private static final int CONTEXTS = 200;
    private static final int ARMS = 6;
    private static final double GAMMA = 200;
    private static final double FLOOR = 0.004;

    @Test
    void worseCandidatesAreRefusedAndBetterOnesPass() {
        assertThat(passed(-0.03, Gate.Rule.CHANGE, HELD_OUT))
                .as("3 %% worse, change")
                .isLessThanOrEqualTo(0.05);
        assertThat(passed(-0.03, Gate.Rule.REFRESH, HELD_OUT))
                .as("3 %% worse, refresh")
                .isLessThanOrEqualTo(0.05);
        assertThat(passed(0.03, Gate.Rule.CHANGE, HELD_OUT))
                .as("3 %% better, change")
                .isGreaterThanOrEqualTo(0.8);
        assertThat(passed(0, Gate.Rule.CHANGE, HELD_OUT)).as("as good, change").isLessThanOrEqualTo(0.05);
        assertThat(passed(-0.03, Gate.Rule.CHANGE, 400))
                .as("3 %% worse, few decisions")
                .isLessThanOrEqualTo(0.05);
    }

    /** Share of the runs in which a candidate passes that truly earns so much more. */
    static double passed(double gain, Gate.Rule rule, int heldOut) {
        int passed = 0;
        for (int run = 0; run < RUNS; run++) {
            World world = new World(new SplittableRandom(run));
            double[][] better = world.guesses();
            double[][] worse = world.spoilt(better, Math.abs(gain));
            boolean gains = gain >= 0;
            double[][] champion = gains ? worse : better;
            double[][] candidate = gain == 0 ? world.swapped(better) : gains ? better : worse;
            if (gain == 0) {
                champion = better;
            }
            List<Term> ours = new ArrayList<>(heldOut);
            List<Term> theirs = new ArrayList<>(heldOut);
            world.log(champion, candidate, heldOut, new SplittableRandom(10_000 + run), ours, theirs);
            Estimate difference = Estimates.difference(Estimator.DR, ours, theirs);
            double inForce = Estimates.of(Estimator.DR, theirs).value();
            passed += Gate.refusal(difference, inForce, rule).isEmpty() ? 1 : 0;
        }
        return passed / (double) RUNS;
    }

    /** Arms that fill, complete and pay differently in each context. */
    private static final class World {
        private final double[][] rate = new double[CONTEXTS][ARMS];
        private final double[][] price = new double[CONTEXTS][ARMS];
        private final SplittableRandom random;

        World(SplittableRandom random) {
            this.random = random;
            for (int context = 0; context < CONTEXTS; context++) {
                for (int arm = 0; arm < ARMS; arm++) {
                    rate[context][arm] = 0.15 + 0.6 * random.nextDouble();
                    price[context][arm] = 2 + 8 * random.nextDouble();
                }
                // Two arms that are alike, for candidates that differ without a difference.
                rate[context][1] = rate[context][0];
                price[context][1] = price[context][0];
            }
        }

        double[][] guesses() {
            double[][] guesses = new double[CONTEXTS][ARMS];
            for (int context = 0; context < CONTEXTS; context++) {
                for (int arm = 0; arm < ARMS; arm++) {
                    guesses[context][arm] = worth(context, arm) * (0.9 + 0.2 * random.nextDouble());
                }
            }
            return guesses;
        }

        /** The same with the best two mistaken for each other in as many contexts as cost that share. */
        double[][] spoilt(double[][] guesses, double share) {
            double wanted = value(guesses) * (1 - share);
            double[][] spoilt = copy(guesses);
            for (int context = 0; context < CONTEXTS && value(spoilt) > wanted; context++) {
                int best = best(spoilt[context], -1);
                int second = best(spoilt[context], best);
                double mistaken = spoilt[context][best];
                spoilt[context][best] = spoilt[context][second];
                spoilt[context][second] = mistaken;
            }
            return spoilt;
        }

        /** The same with two arms that are alike mistaken for each other. */
        double[][] swapped(double[][] guesses) {
            double[][] swapped = copy(guesses);
            for (double[] arms : swapped) {
                double mistaken = arms[0];
                arms[0] = arms[1];
                arms[1] = mistaken;
            }
            return swapped;
        }

        void log(
                double[][] champion,
                double[][] candidate,
                int rows,
                SplittableRandom draws,
                List<Term> ours,
                List<Term> theirs) {
            for (int row = 0; row < rows; row++) {
                int context = draws.nextInt(CONTEXTS);
                double[] logged = odds(champion[context]);
                double[] would = odds(candidate[context]);
                int arm = drawn(logged, draws.nextDouble());
                double reward =
                        draws.nextDouble() < rate[context][arm] ? price[context][arm] * (0.5 + draws.nextDouble()) : 0;
                ours.add(term(would, logged, candidate[context], arm, reward));
                theirs.add(term(logged, logged, candidate[context], arm, reward));
            }
        }

        private static Term term(double[] policy, double[] logged, double[] model, int arm, double reward) {
            double value = 0;
            for (int i = 0; i < ARMS; i++) {
                value += policy[i] * model[i];
            }
            return Term.of(new Step(policy[arm] / logged[arm], reward, model[arm], value), Replay.SWITCH_AT);
        }

        private double value(double[][] guesses) {
            double sum = 0;
            for (int context = 0; context < CONTEXTS; context++) {
                double[] odds = odds(guesses[context]);
                for (int arm = 0; arm < ARMS; arm++) {
                    sum += odds[arm] * worth(context, arm) / CONTEXTS;
                }
            }
            return sum;
        }

        private double worth(int context, int arm) {
            return rate[context][arm] * price[context][arm];
        }

        private static double[] odds(double[] guesses) {
            int best = best(guesses, -1);
            double[] odds = new double[ARMS];
            double rest = 1;
            for (int arm = 0; arm < ARMS; arm++) {
                if (arm != best) {
                    double gap = (guesses[best] - guesses[arm]) / guesses[best];
                    odds[arm] = FLOOR + (1 - ARMS * FLOOR) / (ARMS + GAMMA * gap);
                    rest -= odds[arm];
                }
            }
            odds[best] = rest;
            return odds;
        }

        private static int best(double[] values, int without) {
            int best = without == 0 ? 1 : 0;
            for (int i = 0; i < values.length; i++) {
                best = i != without && values[i] > values[best] ? i : best;
            }
            return best;
        }

        private static int drawn(double[] odds, double point) {
            double upTo = 0;
            for (int i = 0; i < odds.length; i++) {
                upTo += odds[i];
                if (point < upTo) {
                    return i;
                }
            }
            return best(odds, -1);
        }

        private static double[][] copy(double[][] values) {
            double[][] copy = new double[values.length][];
            for (int i = 0; i < values.length; i++) {
                copy[i] = values[i].clone();
            }
            return copy;
        }
    }
}
