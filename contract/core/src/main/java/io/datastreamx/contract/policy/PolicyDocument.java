package io.datastreamx.contract.policy;

import java.util.List;
import java.util.Map;

/**
 * What routers and dispatch obey: the aggregators, the guardrails, and the model if there is one. Lives as a file in
 * the lake; the policy topic names it.
 *
 * @param policyVersion its name
 * @param killSwitch true routes nothing
 * @param exploration how much to explore
 * @param probeShare share of requests for which a sick aggregator stays a candidate, so that its recovery is seen
 * @param aggregators all of them, enabled or not
 * @param measuredEcpmMicros earnings per thousand requests measured so far, by aggregator, micro-units; used where
 *     there is no model. May be empty
 * @param model the model that scores; null without one
 */
public record PolicyDocument(
        String policyVersion,
        boolean killSwitch,
        Exploration exploration,
        double probeShare,
        List<AggregatorTerms> aggregators,
        Map<String, Long> measuredEcpmMicros,
        ArtifactRef model) {
    public PolicyDocument {
        if (policyVersion == null || policyVersion.isBlank() || exploration == null || aggregators == null) {
            throw new IllegalArgumentException("a policy needs policy_version, exploration and aggregators");
        }
        if (!(probeShare >= 0 && probeShare <= 1)) {
            throw new IllegalArgumentException("probe_share lies in [0, 1], got " + probeShare);
        }
        aggregators = List.copyOf(aggregators);
        measuredEcpmMicros = measuredEcpmMicros == null ? Map.of() : Map.copyOf(measuredEcpmMicros);
        long distinct = aggregators.stream()
                .map(AggregatorTerms::aggregatorId)
                .distinct()
                .count();
        if (distinct != aggregators.size()) {
            throw new IllegalArgumentException("an aggregator stands twice in policy " + policyVersion);
        }
    }

    /** The same policy under another name, with another model. */
    public PolicyDocument with(String version, ArtifactRef otherModel, Map<String, Long> measured) {
        return new PolicyDocument(version, killSwitch, exploration, probeShare, aggregators, measured, otherModel);
    }
}
