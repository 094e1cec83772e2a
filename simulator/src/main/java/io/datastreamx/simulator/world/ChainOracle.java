package io.datastreamx.simulator.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the whole chain of attempts at a request can earn, for somebody who knows all chances (but not what will be
 * drawn): a dynamic programme over who is left and how much time. Exact, up to the cells of time, for independent fills
 * and up to {@link #EXACT} aggregators. Of more, only the {@link #EXACT} of the highest index f·v / (1 − (1 −
 * f)·e^(−t/2T)) take part: of twelve the rest cost 0.1 % on average and never 0.5 %, as a test against the full
 * programme shows. Where fills are correlated the oracle learns from who failed, not from how.
 */
public final class ChainOracle {
    /** So many aggregators are told apart fully. */
    public static final int EXACT = 8;

    private static final int CELLS = 24;

    private final int exact;
    private final int cells;

    /** With the usual precision. */
    public ChainOracle() {
        this(EXACT, CELLS);
    }

    ChainOracle(int exact, int cells) {
        this.exact = exact;
        this.cells = cells;
    }

    /**
     * A plan for one request.
     *
     * @param valueMicros what it is expected to earn, CPM micro-units (that is, micro-units per thousand requests)
     * @param order the aggregators in the order in which they are asked as long as time passes as expected, those left
     *     out of the programme last; places in the list of chances
     * @param fills expected ads of each aggregator, by place
     */
    public record Plan(double valueMicros, List<Integer> order, double[] fills) {}

    /**
     * What this order earns, expected.
     *
     * @param order places in the list of chances; may leave some out
     * @param leftMs time for attempts
     * @return CPM micro-units
     */
    public double valueMicros(List<Integer> order, List<Chances> chances, double leftMs) {
        if (leftMs < ChainClock.LEAST_MS) {
            return 0;
        }
        ChainModel model = new ChainModel(chances, leftMs, cells);
        double[][] mass = new double[model.nodes][cells + 1];
        for (int q = 0; q < model.nodes; q++) {
            mass[q][cells] = model.prior[q];
        }
        double value = 0;
        for (int a : order) {
            double worth = chances.get(a).valueMicros();
            for (int q = 0; q < model.nodes; q++) {
                double[] next = new double[cells + 1];
                for (int g = 0; g <= cells; g++) {
                    double here = mass[q][g];
                    if (here == 0 || !model.mayAsk(g)) {
                        continue;
                    }
                    double answered = model.inTime[a][g];
                    value += here * answered * model.ad[a][q] * worth;
                    model.afterAnswer[a][g].add(next, here * answered * (1 - model.ad[a][q]));
                    model.afterTimeout[a][g].add(next, here * (1 - answered));
                }
                mass[q] = next;
            }
        }
        return value;
    }

    /** The best that can be done. @param leftMs time for attempts */
    public Plan best(List<Chances> chances, double leftMs) {
        return best(chances, leftMs, new double[chances.size()]);
    }

    /**
     * The best that can be done where each ad has a price of its own, as of a cap that it uses up.
     *
     * @param priceMicros of an ad of each aggregator, CPM micro-units
     * @return its value is net of these prices
     */
    public Plan best(List<Chances> chances, double leftMs, double[] priceMicros) {
        if (leftMs < ChainClock.LEAST_MS) {
            return new Plan(0, IntStream.range(0, chances.size()).boxed().toList(), new double[chances.size()]);
        }
        List<Integer> byIndex = byIndex(chances, leftMs, priceMicros);
        List<Integer> taking = byIndex.stream()
                .filter(a -> net(chances.get(a), priceMicros[a]) > 0)
                .limit(exact)
                .toList();
        return new Programme(chances, taking, leftMs, priceMicros).plan(byIndex);
    }

    /** The order by first attempts alone: P(ad in time) · worth. */
    public static List<Integer> byFirstAttempt(List<Chances> chances, double leftMs) {
        return IntStream.range(0, chances.size())
                .boxed()
                .sorted(Comparator.comparingDouble(a -> -firstAttemptMicros(chances.get(a), leftMs)))
                .toList();
    }

    /** What the first attempt earns, expected, CPM micro-units. */
    public static double firstAttemptMicros(Chances one, double leftMs) {
        return (1 - one.error()) * one.fill() * one.answerWithin(Math.min(leftMs, one.timeoutMs())) * one.valueMicros();
    }

    private static List<Integer> byIndex(List<Chances> chances, double leftMs, double[] priceMicros) {
        return IntStream.range(0, chances.size())
                .boxed()
                .sorted(Comparator.comparingDouble(a -> -index(chances.get(a), leftMs, priceMicros[a])))
                .toList();
    }

    private static double index(Chances one, double leftMs, double priceMicros) {
        double limit = Math.min(leftMs, one.timeoutMs());
        double fill = (1 - one.error()) * one.fill() * one.answerWithin(limit);
        double took = Math.min(limit, one.latencyMedianMs());
        return fill * net(one, priceMicros) / (1 - (1 - fill) * Math.exp(-took / (2 * leftMs)));
    }

    private static double net(Chances one, double priceMicros) {
        return one.valueMicros() - priceMicros;
    }

    /** One run of the programme. */
    private final class Programme {
        private final List<Integer> taking;
        private final int places;
        private final ChainModel model;
        private final double[] worth;
        private final int k;
        /** By set of those asked and cell. */
        private final double[][] value;

        private final byte[][] choice;
        /** P(an ad | an answer) after a set of failures, by set and aggregator. */
        private final double[][] ad;

        Programme(List<Chances> chances, List<Integer> taking, double leftMs, double[] priceMicros) {
            this.taking = taking;
            this.places = chances.size();
            this.k = taking.size();
            this.model = new ChainModel(taking.stream().map(chances::get).toList(), leftMs, cells);
            this.worth = taking.stream()
                    .mapToDouble(a -> net(chances.get(a), priceMicros[a]))
                    .toArray();
            this.value = new double[1 << k][cells + 1];
            this.choice = new byte[1 << k][cells + 1];
            this.ad = new double[1 << k][];
            solve();
        }

        private void solve() {
            for (int asked = (1 << k) - 1; asked >= 0; asked--) {
                ad[asked] = after(asked);
                for (int g = 0; g <= cells; g++) {
                    choice[asked][g] = -1;
                    if (!model.mayAsk(g)) {
                        continue;
                    }
                    for (int a = 0; a < k; a++) {
                        if ((asked & 1 << a) == 0) {
                            double worthOf = worthOf(asked, g, a);
                            if (worthOf > value[asked][g]) {
                                value[asked][g] = worthOf;
                                choice[asked][g] = (byte) a;
                            }
                        }
                    }
                }
            }
        }

        private double worthOf(int asked, int g, int a) {
            double answered = model.inTime[a][g];
            double fills = ad[asked][a];
            double[] next = value[asked | 1 << a];
            double sum = answered * fills * worth[a];
            sum += answered * (1 - fills) * model.afterAnswer[a][g].mean(next);
            return sum + (1 - answered) * model.afterTimeout[a][g].mean(next);
        }

        private double[] after(int asked) {
            double[] weights = new double[model.nodes];
            double all = 0;
            for (int q = 0; q < model.nodes; q++) {
                weights[q] = model.prior[q];
                for (int a = 0; a < k && model.nodes > 1; a++) {
                    if ((asked & 1 << a) != 0) {
                        weights[q] *= 1 - model.ad[a][q] * model.inTime[a][cells];
                    }
                }
                all += weights[q];
            }
            double[] chance = new double[k];
            for (int a = 0; a < k; a++) {
                for (int q = 0; q < model.nodes; q++) {
                    chance[a] += weights[q] / all * model.ad[a][q];
                }
            }
            return chance;
        }

        Plan plan(List<Integer> byIndex) {
            double[] fills = new double[places];
            double[][] mass = new double[1 << k][];
            mass[0] = new double[cells + 1];
            mass[0][cells] = 1;
            for (int asked = 0; asked < 1 << k; asked++) {
                for (int g = 0; mass[asked] != null && g <= cells; g++) {
                    int a = choice[asked][g];
                    if (mass[asked][g] > 0 && a >= 0) {
                        go(mass, asked, g, a, fills);
                    }
                }
            }
            return new Plan(value[0][cells], order(mass, byIndex), fills);
        }

        private void go(double[][] mass, int asked, int g, int a, double[] fills) {
            double here = mass[asked][g];
            int after = asked | 1 << a;
            if (mass[after] == null) {
                mass[after] = new double[cells + 1];
            }
            double answered = model.inTime[a][g];
            fills[taking.get(a)] += here * answered * ad[asked][a];
            model.afterAnswer[a][g].add(mass[after], here * answered * (1 - ad[asked][a]));
            model.afterTimeout[a][g].add(mass[after], here * (1 - answered));
        }

        /** Along the likeliest choices. */
        private List<Integer> order(double[][] mass, List<Integer> byIndex) {
            List<Integer> order = new ArrayList<>();
            int asked = 0;
            while (mass[asked] != null) {
                double[] likely = new double[k];
                for (int g = 0; g <= cells; g++) {
                    if (choice[asked][g] >= 0) {
                        likely[choice[asked][g]] += mass[asked][g];
                    }
                }
                int next = -1;
                for (int a = 0; a < k; a++) {
                    if (likely[a] > 0 && (next < 0 || likely[a] > likely[next])) {
                        next = a;
                    }
                }
                if (next < 0) {
                    break;
                }
                order.add(taking.get(next));
                asked |= 1 << next;
            }
            byIndex.stream().filter(a -> !order.contains(a)).forEach(order::add);
            return order;
        }
    }
}
