package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import java.time.LocalDate;
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
 * @param snapshotId event ids of the policy, health and caps records, {@code -} for none, joined by {@code /}
 */
public record PolicySnapshot(
        PolicyDocument policy,
        Optional<Scorer> model,
        Set<String> unhealthy,
        LocalDate capsDay,
        Set<String> exhausted,
        String snapshotId) {
    /** In force until a policy was seen: there is nobody to route to. */
    public static final PolicySnapshot NONE = new PolicySnapshot(
            new PolicyDocument("none", false, new Exploration(0, 0), 0, List.of(), Map.of(), null),
            Optional.empty(),
            Set.of(),
            null,
            Set.of(),
            "none/-/-");

    public PolicySnapshot {
        unhealthy = Set.copyOf(unhealthy);
        exhausted = Set.copyOf(exhausted);
    }

    /** Version of the model that scores; null without one. */
    public String modelVersion() {
        return model.isPresent() && policy.model() != null ? policy.model().version() : null;
    }
}
