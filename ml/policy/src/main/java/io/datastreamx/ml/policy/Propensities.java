package io.datastreamx.ml.policy;

import java.util.List;

/**
 * Inverse-gap weighting (https://arxiv.org/abs/2003.12699): with K candidates, a candidate whose merit is the share g
 * below the best gets 1/(K + γ·g), the best gets the rest. γ is that of the less known one of both. That is then mixed
 * with the candidates' floors, so that nobody falls below its own.
 */
final class Propensities {
    /** Of the whole, where there are probes among the candidates. */
    private static final double PROBES = 0.5;

    private Propensities() {}

    /**
     * Who is asked first. Sick candidates, which are there as probes, get half of the whole between them: asked rarely
     * as they are, few probes must do to see that one is well again, however little it is worth.
     *
     * @param ranked as {@link Ranking} has them, not empty
     * @return in the same order; adds up to 1
     */
    static double[] first(List<Scored> ranked, Knowledge knowledge) {
        double[] shares = of(ranked, knowledge);
        long probes = ranked.stream().filter(Scored::sick).count();
        for (int i = 0; i < shares.length && probes > 0; i++) {
            shares[i] = (1 - PROBES) * shares[i] + (ranked.get(i).sick() ? PROBES / probes : 0);
        }
        return shares;
    }

    /**
     * @param candidates not empty
     * @return in the same order; adds up to 1
     */
    static double[] of(List<Scored> candidates, Knowledge knowledge) {
        int count = candidates.size();
        double[] shares = new double[count];
        int top = top(candidates);
        Scored best = candidates.get(top);
        double floors = 0;
        for (Scored candidate : candidates) {
            floors += candidate.floor();
        }
        double scale = floors > 1 ? 1 / floors : 1;
        double drawn = 1 - Math.min(1, floors);
        double rest = 1;
        for (int i = 0; i < count; i++) {
            if (i != top) {
                Scored candidate = candidates.get(i);
                double gap = best.merit() > 0 ? (best.merit() - candidate.merit()) / best.merit() : 0;
                double gamma = knowledge.gamma(Math.min(candidate.evidence(), best.evidence()));
                shares[i] = candidate.floor() * scale + drawn / (count + gamma * gap);
                rest -= shares[i];
            }
        }
        shares[top] = rest;
        return shares;
    }

    private static int top(List<Scored> candidates) {
        int top = 0;
        for (int i = 1; i < candidates.size(); i++) {
            if (candidates.get(i).merit() > candidates.get(top).merit()) {
                top = i;
            }
        }
        return top;
    }
}
