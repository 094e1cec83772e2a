package io.datastreamx.ml.training.caps;

import io.datastreamx.ml.policy.Chain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * The most that requests can earn together under caps, and what a fill of each capped aggregator costs then: the linear
 * programme over all mixtures of orders of attempts, solved from its dual by cutting planes (Kelley). At given costs
 * the best order of each request is that of {@link Chain#index} over net values, so that each step looks at every
 * request once; the next costs come from a small linear programme over what the steps have found (ojAlgo).
 */
final class CapProgramme {
    private static final int MOST_STEPS = 120;
    /** The costs are good enough when nothing can lie further than this share below what is known. */
    private static final double CLOSE = 0.001;
    /** The small programme's numbers are kept near 1. */
    private static final double MICROS = 1e6;

    /**
     * One aggregator that could be asked for a request.
     *
     * @param aggregator its place among the caps
     * @param fill P(it fills within its limit)
     * @param valueMicros expected earnings of a fill, micro-units per thousand
     * @param answerMs expected time until it answers or is given up
     */
    record Offer(int aggregator, double fill, double valueMicros, double answerMs) {}

    /** One request, and how much time it leaves. */
    record Request(List<Offer> offers, double timeLeftMs) {}

    /**
     * Costs and what they lead to.
     *
     * @param costMicros of a fill, by aggregator, micro-units per thousand; 0 where the cap does not bind
     * @param boundMicros nobody can earn more, micro-units per thousand, summed over the requests
     */
    record Solution(double[] costMicros, double boundMicros) {}

    /** The dual at some costs: its value, and its slope, which is what the caps leave over. */
    private record Cut(double[] costs, double value, double[] slope) {}

    private final List<Request> requests;
    private final double[] caps;

    private CapProgramme(List<Request> requests, double[] caps) {
        this.requests = requests;
        this.caps = caps;
    }

    /** @param caps most fills over all requests, by aggregator; infinite for none */
    static Solution solve(List<Request> requests, double[] caps) {
        return new CapProgramme(requests, caps).solve();
    }

    private Solution solve() {
        double[] most = new double[caps.length];
        for (Request request : requests) {
            for (Offer offer : request.offers()) {
                int a = offer.aggregator();
                most[a] = Double.isInfinite(caps[a]) ? 0 : Math.max(most[a], offer.valueMicros());
            }
        }
        List<Cut> cuts = new ArrayList<>();
        double[] costs = new double[caps.length];
        Cut best = null;
        for (int step = 0; step < MOST_STEPS; step++) {
            Cut cut = cut(costs);
            cuts.add(cut);
            if (best == null || cut.value() < best.value()) {
                best = cut;
            }
            double[] next = new double[caps.length];
            double below = lowest(cuts, most, next);
            if (best.value() - below <= CLOSE * Math.max(1, best.value())) {
                break;
            }
            costs = next;
        }
        return new Solution(best.costs(), best.value());
    }

    private Cut cut(double[] costs) {
        double[] fills = new double[caps.length];
        double value = 0;
        for (Request request : requests) {
            value += earn(request, costs, fills);
        }
        double[] slope = new double[caps.length];
        for (int a = 0; a < caps.length; a++) {
            if (!Double.isInfinite(caps[a])) {
                value += costs[a] * caps[a];
                slope[a] = caps[a] - fills[a];
            }
        }
        return new Cut(costs, value, slope);
    }

    /**
     * What a request earns net at some costs.
     *
     * @param fills to which its expected fills are added
     */
    static double earn(Request request, double[] costs, double[] fills) {
        int count = request.offers().size();
        double[] index = new double[count];
        Integer[] order = new Integer[count];
        for (int i = 0; i < count; i++) {
            Offer offer = request.offers().get(i);
            double net = offer.valueMicros() - costs[offer.aggregator()];
            index[i] = Chain.index(offer.fill(), net, offer.answerMs(), request.timeLeftMs());
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Double.compare(index[b], index[a]));
        double reached = 1;
        double earned = 0;
        for (int i = 0; i < count && index[order[i]] > 0; i++) {
            Offer offer = request.offers().get(order[i]);
            double filled = reached * offer.fill();
            earned += filled * (offer.valueMicros() - costs[offer.aggregator()]);
            fills[offer.aggregator()] += filled;
            reached *= (1 - offer.fill()) * Chain.remaining(offer.answerMs(), request.timeLeftMs());
        }
        return earned;
    }

    /** The lowest point of all cuts. @param at where it lies, to be filled in */
    private double lowest(List<Cut> cuts, double[] most, double[] at) {
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        double scale = requests.size() * MICROS;
        Variable low = model.newVariable("low").lower(0).weight(1);
        Variable[] costs = new Variable[caps.length];
        for (int a = 0; a < caps.length; a++) {
            if (most[a] > 0) {
                costs[a] = model.newVariable("cost" + a).lower(0).upper(most[a] / MICROS);
            }
        }
        for (int c = 0; c < cuts.size(); c++) {
            Cut cut = cuts.get(c);
            double constant = cut.value() / scale;
            Expression plane = model.newExpression("cut" + c).set(low, 1);
            for (int a = 0; a < caps.length; a++) {
                if (costs[a] != null) {
                    plane.set(costs[a], -cut.slope()[a] / requests.size());
                    constant -= cut.slope()[a] / requests.size() * cut.costs()[a] / MICROS;
                }
            }
            plane.lower(constant);
        }
        Optimisation.Result result = model.minimise();
        for (int a = 0; a < caps.length; a++) {
            if (costs[a] != null) {
                at[a] = Math.max(0, Math.min(most[a], costs[a].getValue().doubleValue() * MICROS));
            }
        }
        return result.getState().isFeasible() ? low.getValue().doubleValue() * scale : 0;
    }
}
