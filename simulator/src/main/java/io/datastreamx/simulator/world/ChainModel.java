package io.datastreamx.simulator.world;

import java.util.Arrays;
import java.util.List;

/**
 * The attempts at one request as a chain over discrete time: cells of equal length from 0 to the time that is left. An
 * answer that is no ad comes at one of the aggregator's latency quantiles, and is spread over the two cells around what
 * is then left. Where fills are correlated, a hidden number of the request is one of a few nodes; what is known of it
 * after failures is who failed, not how.
 */
final class ChainModel {
    private static final int QUANTILES = 12;
    private static final double[] NODES = {-2.0201828705, -0.9585724646, 0, 0.9585724646, 2.0201828705};
    private static final double[] WEIGHTS = {0.0199532421, 0.3936193232, 0.9453087205, 0.3936193232, 0.0199532421};
    private static final double LEAST_CHANCE = 1e-9;

    final int cells;
    final int nodes;
    /** Of the hidden number, before anything is known. */
    final double[] prior;

    private final double cellMs;
    private final List<Chances> chances;
    /** P(an answer in time), by aggregator and cell. */
    final double[][] inTime;
    /** P(an ad | an answer), by aggregator and node. */
    final double[][] ad;
    /** Where the time stands after an answer that was no ad: by aggregator and cell. */
    final After[][] afterAnswer;
    /** The same after a timeout. */
    final After[][] afterTimeout;

    /**
     * A distribution over cells, without the zeros around it.
     *
     * @param from the first cell
     */
    record After(int from, double[] weights) {
        static After of(double[] dense) {
            int from = 0;
            while (from < dense.length - 1 && dense[from] == 0) {
                from++;
            }
            int to = dense.length;
            while (to > from + 1 && dense[to - 1] == 0) {
                to--;
            }
            return new After(from, Arrays.copyOfRange(dense, from, to));
        }

        /** The mean of a value over these cells. */
        double mean(double[] value) {
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * value[from + i];
            }
            return sum;
        }

        /** Adds so much of itself. */
        void add(double[] into, double factor) {
            for (int i = 0; i < weights.length; i++) {
                into[from + i] += factor * weights[i];
            }
        }
    }

    ChainModel(List<Chances> chances, double leftMs, int cells) {
        this.chances = chances;
        this.cells = cells;
        this.cellMs = leftMs / cells;
        double rho = chances.isEmpty() ? 0 : chances.get(0).correlation();
        this.nodes = rho == 0 ? 1 : NODES.length;
        this.prior = new double[nodes];
        for (int q = 0; q < nodes; q++) {
            prior[q] = nodes == 1 ? 1 : WEIGHTS[q] / Math.sqrt(Math.PI);
        }
        int k = chances.size();
        inTime = new double[k][cells + 1];
        ad = new double[k][nodes];
        afterAnswer = new After[k][cells + 1];
        afterTimeout = new After[k][cells + 1];
        for (int a = 0; a < k; a++) {
            prepare(a, rho);
        }
    }

    int size() {
        return chances.size();
    }

    boolean mayAsk(int cell) {
        return cell * cellMs >= ChainClock.LEAST_MS;
    }

    private void prepare(int a, double rho) {
        Chances one = chances.get(a);
        for (int q = 0; q < nodes; q++) {
            ad[a][q] = (1 - one.error()) * (rho == 0 ? one.fill() : given(one.fill(), rho, Math.sqrt(2) * NODES[q]));
        }
        double[] quantiles = new double[QUANTILES];
        for (int m = 0; m < QUANTILES && !one.silent(); m++) {
            quantiles[m] = one.latencyMs((m + 0.5) / QUANTILES);
        }
        for (int g = 0; g <= cells; g++) {
            if (!mayAsk(g)) {
                continue;
            }
            double left = g * cellMs;
            double limit = Math.min(left, one.timeoutMs());
            inTime[a][g] = one.answerWithin(limit);
            double[] timeout = new double[g + 1];
            land(timeout, left - limit, 1);
            afterTimeout[a][g] = After.of(timeout);
            double[] answer = new double[g + 1];
            int before = 0;
            while (before < QUANTILES && !one.silent() && quantiles[before] <= limit) {
                before++;
            }
            for (int m = 0; m < before; m++) {
                land(answer, left - quantiles[m], 1.0 / before);
            }
            if (before == 0) {
                land(answer, left - limit, 1);
            }
            afterAnswer[a][g] = After.of(answer);
        }
    }

    /** Spreads so much over the two cells around a time. */
    private void land(double[] into, double leftMs, double mass) {
        double at = Math.max(0, leftMs / cellMs);
        int below = Math.min(into.length - 1, (int) at);
        double share = at - below;
        if (below + 1 < into.length) {
            into[below + 1] += mass * share;
            into[below] += mass * (1 - share);
        } else {
            into[below] += mass;
        }
    }

    /** P(hidden normal number below the quantile of p | the shared part of it). */
    private static double given(double p, double rho, double shared) {
        if (p <= LEAST_CHANCE || p >= 1 - LEAST_CHANCE) {
            return p;
        }
        return Normal.cumulative((Normal.quantile(p) - Math.sqrt(rho) * shared) / Math.sqrt(1 - rho));
    }
}
