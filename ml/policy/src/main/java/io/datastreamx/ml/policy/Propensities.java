package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.Exploration;
import java.util.List;

/**
 * Inverse-gap weighting (https://arxiv.org/abs/2003.12699): with K candidates, a candidate whose score is the share g
 * below the best gets 1/(K + γ·g), the best gets the rest. That is then mixed with the uniform distribution so that
 * nobody falls below the floor.
 */
final class Propensities {
    private Propensities() {}

    /**
     * @param scores best first, not negative
     * @return in the same order; adds up to 1
     */
    static double[] of(List<Ranking.Scored> scores, Exploration exploration) {
        int candidates = scores.size();
        double[] shares = new double[candidates];
        double floors = Math.min(1.0, candidates * exploration.floor());
        double best = scores.get(0).scoreMicros();
        double rest = 1.0;
        for (int i = 1; i < candidates; i++) {
            double gap = best > 0 ? Math.max(0, (best - scores.get(i).scoreMicros()) / best) : 0;
            double weighted = 1.0 / (candidates + exploration.gamma() * gap);
            shares[i] = floors / candidates + (1.0 - floors) * weighted;
            rest -= shares[i];
        }
        shares[0] = rest;
        return shares;
    }
}
