package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.AggregatorTerms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * In which order candidates would be asked for an ad slot, and how likely: who is asked next, given who was asked. The
 * first two are drawn, since who stands second is asked whenever the first does not fill: what is learned about that
 * place must not come only from requests for which somebody else was best. All others follow by merit. Who is sick is
 * asked first, as a probe, or last.
 *
 * <p>Pure: what is judged offline by these odds is what {@link InverseGapWeighting} draws from.
 */
public final class OrderOdds {
    private final List<Scored> ranked;
    private final List<AggregatorTerms> saved;
    private final Knowledge knowledge;
    private final double[] first;

    private OrderOdds(List<Scored> ranked, List<AggregatorTerms> saved, Knowledge knowledge) {
        this.ranked = ranked;
        this.saved = saved;
        this.knowledge = knowledge;
        this.first = ranked.isEmpty() ? new double[0] : Propensities.first(ranked, knowledge);
    }

    /**
     * @param slot with the time that is left at the decision
     * @param decisionTime the day of which says what caps make fills cost
     * @param eligible whom the guardrails let pass
     */
    public static OrderOdds of(
            PolicySnapshot snapshot, AdSlot slot, Instant decisionTime, List<AggregatorTerms> eligible) {
        Knowledge knowledge = new Knowledge(snapshot.policy());
        Map<String, Long> fillCost = snapshot.fillCostMicros(decisionTime);
        List<Scored> ranked = new ArrayList<>(eligible.size());
        List<AggregatorTerms> saved = new ArrayList<>();
        for (Scored scored : Ranking.of(eligible, slot, snapshot, fillCost, knowledge)) {
            if (scored.isSaved()) {
                saved.add(scored.aggregator());
            } else {
                ranked.add(scored);
            }
        }
        return new OrderOdds(ranked, saved, knowledge);
    }

    /** Candidates, best first. */
    public List<String> aggregators() {
        return ranked.stream().map(Scored::id).toList();
    }

    /** Those that are not asked because a fill earns less than it takes from dearer requests of the day. */
    List<AggregatorTerms> saved() {
        return saved;
    }

    List<Scored> ranked() {
        return ranked;
    }

    /** What is expected of one, by its place among {@link #aggregators}; null where no model speaks. */
    public Expectation expectation(int candidate) {
        return ranked.get(candidate).expected();
    }

    /**
     * Who is asked next.
     *
     * @param asked places among {@link #aggregators} of those that were asked, in that order
     * @return by place; adds up to 1, and is all 0 where nobody is left
     */
    public double[] next(int... asked) {
        if (asked.length == 0) {
            return first.clone();
        }
        double[] odds = new double[ranked.size()];
        boolean[] gone = new boolean[ranked.size()];
        for (int each : asked) {
            gone[each] = true;
        }
        List<Integer> left = left(gone, false);
        if (left.isEmpty()) {
            left = left(gone, true);
            left.stream().findFirst().ifPresent(next -> odds[next] = 1);
        } else if (asked.length > 1) {
            odds[left.get(0)] = 1;
        } else {
            double[] shares = Propensities.of(left.stream().map(ranked::get).toList(), knowledge);
            for (int i = 0; i < shares.length; i++) {
                odds[left.get(i)] = shares[i];
            }
        }
        return odds;
    }

    /** Those after the first two, in the order in which they are asked. */
    int[] rest(int first, int second) {
        int[] rest = new int[ranked.size() - 2];
        int place = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < ranked.size(); i++) {
                if (i != first && i != second && ranked.get(i).sick() == (pass == 1)) {
                    rest[place++] = i;
                }
            }
        }
        return rest;
    }

    private List<Integer> left(boolean[] gone, boolean sick) {
        List<Integer> left = new ArrayList<>(ranked.size());
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i] && ranked.get(i).sick() == sick) {
                left.add(i);
            }
        }
        return left;
    }

    /**
     * What an order is expected to earn, micro-units per thousand such requests; null where no model speaks.
     *
     * @param order places among {@link #aggregators}
     */
    Long chainValueMicros(int[] order, long timeLeftMs) {
        double value = 0;
        double reached = 1;
        for (int candidate : order) {
            Expectation expected = ranked.get(candidate).expected();
            if (expected == null) {
                return null;
            }
            value += reached * expected.fill() * ranked.get(candidate).netMicros();
            reached *= (1 - expected.fill()) * Chain.remaining(expected.answerMs(), timeLeftMs);
        }
        return Math.max(0, Math.round(value));
    }
}
