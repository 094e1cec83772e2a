package io.datastreamx.simulator.world;

import java.util.ArrayList;
import java.util.List;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * What many requests can earn together where aggregators take only so many ads: the linear programme over all mixtures
 * of plans, solved by cutting planes (Kelley). Each step asks the chain oracle of every request for its best plan at
 * the ads' present prices; a small linear programme over the plans so found (ojAlgo) gives the next prices. What the
 * bound and what is reached differ by is proven, and is small when it ends.
 */
public final class CapOracle {
    private static final int MOST_STEPS = 200;
    private static final double CLOSE_ENOUGH = 0.001;

    /** One request: who could be asked, and with how much time. */
    public record Request(List<Chances> chances, double leftMs) {}

    /**
     * The answer for all requests together.
     *
     * @param boundMicros nobody can earn more, sum of CPM micro-units over the requests
     * @param reachedMicros what a mixture of plans within the caps earns, the same unit
     * @param pricesMicros what one more ad of each aggregator would be worth, CPM micro-units; 0 where no cap binds
     * @param fills of that mixture, by aggregator
     */
    public record Solution(double boundMicros, double reachedMicros, double[] pricesMicros, double[] fills) {}

    /** What all requests come to at some prices. */
    private record Cut(double earned, double[] fills) {}

    private final ChainOracle chains = new ChainOracle();
    private final List<Request> requests;
    private final double[] caps;
    private final List<Cut> cuts = new ArrayList<>();

    private CapOracle(List<Request> requests, double[] caps) {
        this.requests = requests;
        this.caps = caps;
    }

    /**
     * @param requests whose aggregators have the same places
     * @param caps most ads of each aggregator over all these requests, by place; infinite for none
     */
    public static Solution solve(List<Request> requests, double[] caps) {
        return new CapOracle(requests, caps).solve();
    }

    private Solution solve() {
        double[] prices = new double[caps.length];
        double bound = Double.POSITIVE_INFINITY;
        double[] best = prices;
        Solution reached = null;
        for (int step = 0; step < MOST_STEPS; step++) {
            double above = cut(prices);
            if (above < bound) {
                bound = above;
                best = prices;
            }
            reached = mixture(bound, best);
            if (bound - reached.reachedMicros() <= CLOSE_ENOUGH * bound) {
                break;
            }
            prices = nextPrices();
        }
        return reached;
    }

    /** Adds the best plans at these prices. @return the bound that they give */
    private double cut(double[] prices) {
        double net = 0;
        double[] fills = new double[caps.length];
        for (Request request : requests) {
            ChainOracle.Plan plan = chains.best(request.chances(), request.leftMs(), prices);
            net += plan.valueMicros();
            for (int a = 0; a < fills.length; a++) {
                fills[a] += plan.fills()[a];
            }
        }
        double earned = net;
        double bound = net;
        for (int a = 0; a < fills.length; a++) {
            earned += prices[a] * fills[a];
            bound += prices[a] > 0 ? prices[a] * caps[a] : 0;
        }
        cuts.add(new Cut(earned, fills));
        return bound;
    }

    /** The best mixture of the plans found so far that keeps to the caps; nothing at all is always one of them. */
    private Solution mixture(double bound, double[] prices) {
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        Expression one = model.newExpression("shares").upper(1);
        List<Expression> limits = new ArrayList<>();
        double scale = Math.max(1, bound);
        for (int a = 0; a < caps.length; a++) {
            limits.add(
                    Double.isInfinite(caps[a])
                            ? null
                            : model.newExpression("cap " + a).upper(1));
        }
        int plans = 0;
        for (Cut cut : cuts) {
            Variable share = model.newVariable("share " + plans++).lower(0).weight(cut.earned() / scale);
            one.set(share, 1);
            for (int a = 0; a < caps.length; a++) {
                if (limits.get(a) != null) {
                    limits.get(a).set(share, cut.fills()[a] / Math.max(1e-9, caps[a]));
                }
            }
        }
        Optimisation.Result result = model.maximise();
        double earned = 0;
        double[] fills = new double[caps.length];
        for (int c = 0; c < cuts.size(); c++) {
            double share = Math.max(0, result.doubleValue(c));
            earned += share * cuts.get(c).earned();
            for (int a = 0; a < fills.length; a++) {
                fills[a] += share * cuts.get(c).fills()[a];
            }
        }
        return new Solution(bound, earned, prices, fills);
    }

    /** The prices at which the bound that the cuts know is least. */
    private double[] nextPrices() {
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        double scale = Math.max(1, cuts.get(0).earned() / requests.size());
        Variable rest = model.newVariable("rest").lower(0).weight(1);
        Variable[] prices = new Variable[caps.length];
        for (int a = 0; a < caps.length; a++) {
            if (!Double.isInfinite(caps[a])) {
                prices[a] = model.newVariable("price " + a).lower(0).weight(caps[a] / requests.size());
            }
        }
        int rows = 0;
        for (Cut cut : cuts) {
            Expression above = model.newExpression("cut " + rows++).lower(cut.earned() / scale / requests.size());
            above.set(rest, 1);
            for (int a = 0; a < caps.length; a++) {
                if (prices[a] != null) {
                    above.set(prices[a], cut.fills()[a] / requests.size());
                }
            }
        }
        Optimisation.Result result = model.minimise();
        double[] next = new double[caps.length];
        int place = 1;
        for (int a = 0; a < caps.length; a++) {
            next[a] = prices[a] == null ? 0 : scale * Math.max(0, result.doubleValue(place++));
        }
        return next;
    }
}
