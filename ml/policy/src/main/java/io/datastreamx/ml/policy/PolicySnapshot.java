package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.Correction;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that a decision depends on besides the request and the time. Immutable; named by its id, under which the
 * lake keeps its parts.
 *
 * @param policy the policy in force
 * @param model scorer of the model that the policy names; empty if it names none, or if the model could not be loaded
 * @param unhealthy aggregators that are sick
 * @param capsDay the UTC day of which {@code exhausted} speaks; null if no caps record was seen
 * @param exhausted aggregators whose cap of that day is used up
 * @param fillCostMicros what a fill of that day costs by its cap, by aggregator, micro-units per thousand fills
 * @param corrections of the model's expectations, by aggregator; whoever is not named does as expected
 * @param snapshotId event ids of the policy, health, caps and corrections records, {@code -} for none, joined by
 *     {@code /}
 */
public record PolicySnapshot(
        PolicyDocument policy,
        Optional<Scorer> model,
        Set<String> unhealthy,
        LocalDate capsDay,
        Set<String> exhausted,
        Map<String, Long> fillCostMicros,
        Map<String, Correction> corrections,
        String snapshotId) {
    /** In force until a policy was seen: there is nobody to route to. */
    public static final PolicySnapshot NONE = new PolicySnapshot(
            new PolicyDocument("none", false, new Exploration(0, 0), 0, List.of(), Map.of(), null),
            Optional.empty(),
            Set.of(),
            null,
            Set.of(),
            "none/-/-/-");

    public PolicySnapshot {
        unhealthy = Set.copyOf(unhealthy);
        exhausted = Set.copyOf(exhausted);
        fillCostMicros = Map.copyOf(fillCostMicros);
        corrections = Map.copyOf(corrections);
    }

    /** One under which all aggregators do as expected and no fill costs another. */
    public PolicySnapshot(
            PolicyDocument policy,
            Optional<Scorer> model,
            Set<String> unhealthy,
            LocalDate capsDay,
            Set<String> exhausted,
            String snapshotId) {
        this(policy, model, unhealthy, capsDay, exhausted, Map.of(), Map.of(), snapshotId);
    }

    /** Whether what is said of caps holds at a time. */
    boolean capsHold(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC).equals(capsDay);
    }

    /**
     * What a fill costs at a time, by aggregator: as the day's record says, before there is one as the night planned.
     */
    Map<String, Long> fillCostMicros(Instant time) {
        if (capsHold(time) || policy.capPlans().isEmpty()) {
            return capsHold(time) ? fillCostMicros : Map.of();
        }
        Map<String, Long> planned = new HashMap<>();
        policy.capPlans().forEach((aggregator, plan) -> planned.put(aggregator, plan.fillCostMicros()));
        return planned;
    }

    /** Version of the model that scores; null without one. */
    public String modelVersion() {
        return model.isPresent() && policy.model() != null ? policy.model().version() : null;
    }

    /** Version of the features by which it scores; null without a model. */
    public Long featuresVersion() {
        return model.map(scorer -> (long) scorer.featuresVersion()).orElse(null);
    }
}
