package io.datastreamx.ml.training.caps;

import io.datastreamx.contract.event.FieldType;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.CapPlan;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.log.Odds;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.Scorer;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a day's caps would best have been spent on yesterday's requests, by what the model expects of them: the costs of
 * the linear programme, and by hours what is filled at these costs.
 */
public final class CapPlanner {
    private static final int HOURS = 24;

    private CapPlanner() {}

    /**
     * @param day a sample of a day's decisions, evenly drawn; some thousands are enough
     * @param requestsPerRow how many requests of the day each stands for
     * @param aggregators with their caps
     * @return for those with a daily cap that the sample knows; empty where there is no row
     */
    public static Map<String, CapPlan> plan(
            List<DecisionRow> day, double requestsPerRow, Scorer model, List<AggregatorTerms> aggregators) {
        Map<String, CapPlan> plans = new TreeMap<>();
        if (day.isEmpty() || aggregators.stream().noneMatch(terms -> terms.dailyCap() > 0)) {
            return plans;
        }
        Map<String, Integer> places = new HashMap<>();
        double[] caps = new double[aggregators.size()];
        for (int a = 0; a < caps.length; a++) {
            places.put(aggregators.get(a).aggregatorId(), a);
            long cap = aggregators.get(a).dailyCap();
            caps[a] = cap == 0 ? Double.POSITIVE_INFINITY : cap / requestsPerRow;
        }
        List<CapProgramme.Request> requests = new ArrayList<>(day.size());
        for (DecisionRow row : day) {
            requests.add(request(row, model, aggregators, places));
        }
        CapProgramme.Solution solution = CapProgramme.solve(requests, caps);
        double[][] fills = new double[HOURS][caps.length];
        for (int i = 0; i < requests.size(); i++) {
            int hour = day.get(i).decidedAt().atOffset(ZoneOffset.UTC).getHour();
            CapProgramme.earn(requests.get(i), solution.costMicros(), fills[hour]);
        }
        for (int a = 0; a < caps.length; a++) {
            if (!Double.isInfinite(caps[a])) {
                plans.put(aggregators.get(a).aggregatorId(), plan(a, fills, caps[a], solution.costMicros()[a]));
            }
        }
        return plans;
    }

    /**
     * Of candidates as the log has them: those that were sick then, or whose cap was used up, may be asked tomorrow.
     */
    private static CapProgramme.Request request(
            DecisionRow row, Scorer model, List<AggregatorTerms> aggregators, Map<String, Integer> places) {
        long timeLeftMs = row.timeLeftMs() - AdSlot.DELIVERY_RESERVE_MS;
        AdSlot slot = new AdSlot(row.context(), row.requestTime(), row.bidFloorMicros(), timeLeftMs);
        List<CapProgramme.Offer> offers = new ArrayList<>(aggregators.size());
        List<String> ranked = row.ranked().stream().map(Odds::aggregatorId).toList();
        for (AggregatorTerms terms : aggregators) {
            boolean mayBeAsked = terms.enabled() && terms.maxPriceMicros() >= row.bidFloorMicros();
            if (mayBeAsked && (terms.dailyCap() > 0 || ranked.contains(terms.aggregatorId()))) {
                Expectation expected = model.estimate(slot, terms);
                offers.add(new CapProgramme.Offer(
                        places.get(terms.aggregatorId()),
                        expected.fill(),
                        expected.valueMicros(),
                        expected.answerMs()));
            }
        }
        return new CapProgramme.Request(offers, timeLeftMs);
    }

    /** Where the cap binds, requests at which it is all the same make up what is missing, and the hours share it. */
    private static CapPlan plan(int aggregator, double[][] fills, double cap, double cost) {
        double all = Arrays.stream(fills).mapToDouble(hour -> hour[aggregator]).sum();
        double whole = cost > 0 || all > cap ? all : cap;
        List<Double> shares = new ArrayList<>(HOURS);
        for (double[] hour : fills) {
            shares.add(whole > 0 ? hour[aggregator] / whole : 0.0);
        }
        return new CapPlan(Math.round(Math.min(cost, FieldType.MAX_PRICE_MICROS)), shares);
    }
}
