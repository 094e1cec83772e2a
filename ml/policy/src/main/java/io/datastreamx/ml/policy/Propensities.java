package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.Exploration;
import java.util.List;
import java.util.Set;

/**
 * Inverse-gap weighting (https://arxiv.org/abs/2003.12699): with K candidates, a candidate whose score is the share g
 * below the best gets 1/(K + γ·g), the best gets the rest. That is then mixed with the uniform distribution so that
 * nobody falls below the floor. Sick candidates, which are there as probes, get half of the whole between them: asked
 * rarely as they are, few probes must do to see that one is well again, however little it is worth.
 */
final class Propensities {
    /** Of the whole, where there are probes among the candidates. */
    private static final double PROBES = 0.5;

    private Propensities() {}

    /**
     * @param scores best first, not negative
     * @param sick ids of sick aggregators, candidates or not
     * @return in the same order; adds up to 1
     */
    static double[] of(List<Ranking.Scored> scores, Exploration exploration, Set<String> sick) {
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
        shareWithProbes(shares, scores, sick);
        return shares;
    }

    private static void shareWithProbes(double[] shares, List<Ranking.Scored> scores, Set<String> sick) {
        long probes = scores.stream()
                .filter(scored -> sick.contains(scored.aggregator().aggregatorId()))
                .count();
        for (int i = 0; i < shares.length && probes > 0; i++) {
            boolean probe = sick.contains(scores.get(i).aggregator().aggregatorId());
            shares[i] = (1 - PROBES) * shares[i] + (probe ? PROBES / probes : 0);
        }
    }
}
