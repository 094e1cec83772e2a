package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
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
 * @param canary what decides in place of this for the canary's share of the boxes; empty without a canary
 */
public record PolicySnapshot(
        PolicyDocument policy,
        Optional<Scorer> model,
        Set<String> unhealthy,
        LocalDate capsDay,
        Set<String> exhausted,
        Map<String, Long> fillCostMicros,
        Map<String, Correction> corrections,
        String snapshotId,
        Optional<PolicySnapshot> canary) {
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
        this(policy, model, unhealthy, capsDay, exhausted, Map.of(), Map.of(), snapshotId, Optional.empty());
    }

    /** The same, with the scorer of the canary, which the policy must name. */
    public PolicySnapshot trying(Scorer scorer) {
        return with(policy, model, Optional.of(with(policy.canaryInForce(), Optional.of(scorer), Optional.empty())));
    }

    private PolicySnapshot with(
            PolicyDocument otherPolicy, Optional<Scorer> otherModel, Optional<PolicySnapshot> otherCanary) {
        return new PolicySnapshot(
                otherPolicy,
                otherModel,
                unhealthy,
                capsDay,
                exhausted,
                fillCostMicros,
                corrections,
                snapshotId,
                otherCanary);
    }

    /** What decides for the box that asks; the same for each of its requests while the canary lasts. */
    PolicySnapshot deciding(AdRequest request) {
        return canary.filter(half -> Draw.side(policy.canary(), request.deviceId())
                        < policy.canary().share())
                .orElse(this);
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
