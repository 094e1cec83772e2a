package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Correction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Candidates with what they are worth, best first. Three rungs, the first that can speak does:
 *
 * <ol>
 *   <li>the model: what a place in the chain of attempts is worth ({@link Chain#index}), with its expectations
 *       corrected by what was seen of late, and less what a cap makes a fill cost;
 *   <li>measured earnings per thousand requests. An aggregator not measured yet is taken to earn that share of its
 *       contract price which the measured ones earn of theirs on average, but no more than they do on average: it is
 *       neither shut out, nor can its contract buy it traffic;
 *   <li>the configured waterfall: rank order, scored with contract prices. Nothing is known about fill or completion
 *       here, so the choice is uniform among those that fill as they used to: these are the decisions from which the
 *       first model learns, and uniform shares give every aggregator the most even evidence.
 * </ol>
 */
final class Ranking {
    private static final Comparator<Scored> BY_WATERFALL = Comparator.comparingInt(
                    (Scored s) -> s.aggregator().waterfallRank())
            .thenComparing(s -> s.aggregator().aggregatorId());
    private static final Comparator<Scored> BY_MERIT =
            Comparator.comparingDouble(Scored::merit).reversed().thenComparing(BY_WATERFALL);

    private final PolicySnapshot snapshot;
    private final Map<String, Long> fillCost;
    private final Knowledge knowledge;
    private final AdSlot slot;

    private Ranking(AdSlot slot, PolicySnapshot snapshot, Map<String, Long> fillCost, Knowledge knowledge) {
        this.slot = slot;
        this.snapshot = snapshot;
        this.fillCost = fillCost;
        this.knowledge = knowledge;
    }

    /** @param fillCost what a fill costs by its cap, micro-units per thousand fills */
    static List<Scored> of(
            List<AggregatorTerms> candidates,
            AdSlot slot,
            PolicySnapshot snapshot,
            Map<String, Long> fillCost,
            Knowledge knowledge) {
        return new Ranking(slot, snapshot, fillCost, knowledge).rank(candidates);
    }

    private List<Scored> rank(List<AggregatorTerms> candidates) {
        Map<String, Long> measured = snapshot.policy().measuredEcpmMicros();
        if (snapshot.model().isPresent()) {
            Expectation[] learned = snapshot.model().get().estimates(slot, candidates);
            List<Scored> ranked = new ArrayList<>(learned.length);
            for (int i = 0; i < learned.length; i++) {
                ranked.add(expected(learned[i], candidates.get(i)));
            }
            ranked.sort(BY_MERIT);
            return ranked;
        } else if (!measured.isEmpty()) {
            List<AggregatorTerms> all = snapshot.policy().aggregators();
            double share = measuredShareOfContract(all, measured);
            double most = measured.values().stream()
                    .mapToLong(Long::longValue)
                    .average()
                    .orElse(0);
            return candidates.stream()
                    .map(aggregator -> measured(aggregator, measured, share, most))
                    .sorted(BY_MERIT)
                    .toList();
        }
        return candidates.stream().map(this::configured).sorted(BY_WATERFALL).toList();
    }

    private Scored expected(Expectation learned, AggregatorTerms aggregator) {
        Correction correction = correction(aggregator);
        Expectation expected = new Expectation(
                Math.min(1, learned.fill() * correction.fill()),
                learned.completion(),
                Math.min(aggregator.maxPriceMicros(), learned.priceMicros() * correction.price()),
                learned.answerMs());
        long cost = fillCost.getOrDefault(aggregator.aggregatorId(), 0L);
        double net = expected.valueMicros() - cost;
        double index = Math.max(0, Chain.index(expected.fill(), net, expected.answerMs(), slot.timeLeftMs()));
        return scored(aggregator, index, Math.round(index), expected, net, cost > 0, correction);
    }

    private Scored measured(AggregatorTerms aggregator, Map<String, Long> measured, double share, double most) {
        Correction correction = correction(aggregator);
        Long own = measured.get(aggregator.aggregatorId());
        double earned = own == null ? Math.min(most, share * aggregator.contractPriceMicros()) : own;
        double score = Math.max(0, earned * correction.fill() * correction.price());
        return scored(aggregator, score, Math.round(score), null, 0, false, correction);
    }

    private Scored configured(AggregatorTerms aggregator) {
        Correction correction = correction(aggregator);
        double merit = Math.min(1, correction.fill());
        return scored(aggregator, merit, aggregator.contractPriceMicros(), null, 0, false, correction);
    }

    private Scored scored(
            AggregatorTerms aggregator,
            double merit,
            long scoreMicros,
            Expectation expected,
            double net,
            boolean costs,
            Correction correction) {
        String id = aggregator.aggregatorId();
        double evidence = knowledge.evidence(id);
        return new Scored(
                aggregator,
                merit,
                scoreMicros,
                expected,
                net,
                costs,
                snapshot.unhealthy().contains(id),
                evidence,
                knowledge.floor(evidence, correction));
    }

    private Correction correction(AggregatorTerms aggregator) {
        return snapshot.corrections().getOrDefault(aggregator.aggregatorId(), Correction.NONE);
    }

    private static double measuredShareOfContract(List<AggregatorTerms> aggregators, Map<String, Long> measured) {
        return aggregators.stream()
                .filter(a -> a.contractPriceMicros() > 0 && measured.containsKey(a.aggregatorId()))
                .mapToDouble(a -> measured.get(a.aggregatorId()) / (double) a.contractPriceMicros())
                .average()
                .orElse(1.0);
    }
}
