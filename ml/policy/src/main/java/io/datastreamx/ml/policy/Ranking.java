package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Candidates with what they are worth, best first, and how far to trust that order. Three rungs, the first that can
 * speak does:
 *
 * <ol>
 *   <li>the model's expected earnings;
 *   <li>measured earnings per thousand requests. An aggregator not measured yet is taken to earn that share of its
 *       contract price which the measured ones earn of theirs on average, so it is neither shut out nor favoured;
 *   <li>the configured waterfall: rank order, scored with contract prices. Nothing is known about fill or completion
 *       here, so the choice is uniform: these are the decisions from which the first model learns, and uniform shares
 *       give every aggregator the most even evidence.
 * </ol>
 */
record Ranking(List<Scored> best, Exploration exploration) {
    /** An aggregator and its expected earnings, micro-units per thousand requests. */
    record Scored(AggregatorTerms aggregator, long scoreMicros) {}

    private static final Comparator<Scored> BY_WATERFALL = Comparator.comparingInt(
                    (Scored s) -> s.aggregator().waterfallRank())
            .thenComparing(s -> s.aggregator().aggregatorId());
    private static final Comparator<Scored> BY_SCORE =
            Comparator.comparingLong(Scored::scoreMicros).reversed().thenComparing(BY_WATERFALL);

    static Ranking of(List<AggregatorTerms> candidates, AdRequest request, PolicySnapshot snapshot) {
        Exploration exploration = snapshot.policy().exploration();
        if (snapshot.model().isPresent()) {
            return ranked(candidates, snapshot.model().get(), request, BY_SCORE, exploration);
        }
        Map<String, Long> measured = snapshot.policy().measuredEcpmMicros();
        if (!measured.isEmpty()) {
            double share = measuredShareOfContract(snapshot.policy().aggregators(), measured);
            Scorer scorer = (context, time, aggregator) -> measured.getOrDefault(
                    aggregator.aggregatorId(), Math.round(share * aggregator.contractPriceMicros()));
            return ranked(candidates, scorer, request, BY_SCORE, exploration);
        }
        Scorer contract = (context, time, aggregator) -> aggregator.contractPriceMicros();
        return ranked(candidates, contract, request, BY_WATERFALL, new Exploration(0, exploration.floor()));
    }

    private static Ranking ranked(
            List<AggregatorTerms> candidates,
            Scorer scorer,
            AdRequest request,
            Comparator<Scored> order,
            Exploration exploration) {
        List<Scored> best = candidates.stream()
                .map(aggregator -> new Scored(
                        aggregator, Math.max(0, scorer.scoreMicros(request.context(), request.time(), aggregator))))
                .sorted(order)
                .toList();
        return new Ranking(best, exploration);
    }

    private static double measuredShareOfContract(List<AggregatorTerms> aggregators, Map<String, Long> measured) {
        return aggregators.stream()
                .filter(a -> a.contractPriceMicros() > 0 && measured.containsKey(a.aggregatorId()))
                .mapToDouble(a -> measured.get(a.aggregatorId()) / (double) a.contractPriceMicros())
                .average()
                .orElse(1.0);
    }
}
