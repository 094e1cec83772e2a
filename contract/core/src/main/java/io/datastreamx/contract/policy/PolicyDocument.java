package io.datastreamx.contract.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

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
 * @param evidence by how many attempts the model knows each aggregator, older ones counting less; exploration narrows
 *     as it grows. Empty in policies of which nobody counted it, which explore by {@code exploration} as it stands
 * @param capPlans how last night would spend the daily caps, by aggregator. May be empty
 * @param model the model that scores; null without one
 * @param canary a model that is tried on a share of the boxes, beside {@code model}, which it must have; null without
 * @param allowedHosts hosts at which aggregators may be asked, as {@link AllowedHosts} reads them; null in policies
 *     that were made without such a list, which are not bound by one
 * @param salt what draws are salted with, so that boxes, which choose the ids of their requests, cannot steer them. A
 *     secret: kept here for replay, shown nowhere. Null in policies that were made without one
 */
public record PolicyDocument(
        String policyVersion,
        boolean killSwitch,
        Exploration exploration,
        double probeShare,
        List<AggregatorTerms> aggregators,
        Map<String, Long> measuredEcpmMicros,
        Map<String, Double> evidence,
        Map<String, CapPlan> capPlans,
        ArtifactRef model,
        Canary canary,
        List<String> allowedHosts,
        String salt) {
    /** Without a list of hosts, and without a salt yet. */
    public PolicyDocument(
            String policyVersion,
            boolean killSwitch,
            Exploration exploration,
            double probeShare,
            List<AggregatorTerms> aggregators,
            Map<String, Long> measuredEcpmMicros,
            ArtifactRef model) {
        this(
                policyVersion,
                killSwitch,
                exploration,
                probeShare,
                aggregators,
                measuredEcpmMicros,
                Map.of(),
                Map.of(),
                model,
                null,
                null,
                null);
    }

    public PolicyDocument {
        if (policyVersion == null || policyVersion.isBlank() || exploration == null || aggregators == null) {
            throw new IllegalArgumentException("a policy needs policy_version, exploration and aggregators");
        }
        if (!(probeShare >= 0 && probeShare <= 1)) {
            throw new IllegalArgumentException("probe_share lies in [0, 1], got " + probeShare);
        }
        if (aggregators.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("aggregators of policy " + policyVersion + " hold null");
        }
        if (canary != null && model == null) {
            throw new IllegalArgumentException(
                    "policy " + policyVersion + " has a canary and no model that it could be held against");
        }
        aggregators = List.copyOf(aggregators);
        Findings found = new Findings(
                measuredEcpmMicros == null ? Map.of() : measuredEcpmMicros,
                evidence == null ? Map.of() : evidence,
                capPlans == null ? Map.of() : capPlans);
        measuredEcpmMicros = found.measuredEcpmMicros();
        evidence = found.evidence();
        capPlans = found.capPlans();
        allowedHosts = allowedHosts == null ? null : AllowedHosts.checked(allowedHosts);
        requireDistinct(aggregators);
    }

    static void requireDistinct(List<AggregatorTerms> aggregators) {
        Set<String> seen = new HashSet<>();
        for (AggregatorTerms aggregator : aggregators) {
            if (!seen.add(aggregator.aggregatorId())) {
                throw new IllegalArgumentException(
                        "aggregators: aggregator_id " + aggregator.aggregatorId() + " stands twice");
            }
        }
    }

    /** What the night before found. */
    public Findings findings() {
        return new Findings(measuredEcpmMicros, evidence, capPlans);
    }

    /**
     * The same policy under another name, as a night leaves it or as a model is brought into force. There is no canary
     * any more.
     *
     * @param otherModel null for none
     */
    public PolicyDocument learned(
            String version, Exploration explored, double probes, Findings found, ArtifactRef otherModel) {
        return new PolicyDocument(
                version,
                killSwitch,
                explored,
                probes,
                aggregators,
                found.measuredEcpmMicros(),
                found.evidence(),
                found.capPlans(),
                otherModel,
                null,
                allowedHosts,
                salt);
    }

    /** The same policy under another name, with another canary. @param other null for none */
    public PolicyDocument trying(String version, Canary other) {
        return with(version, killSwitch, aggregators, other, allowedHosts, salt);
    }

    /** The same policy as it is where the canary decides: its model for all. */
    public PolicyDocument canaryInForce() {
        return learned(policyVersion, exploration, probeShare, findings(), canary.model());
    }

    /** The same policy under another name. */
    public PolicyDocument named(String version) {
        return with(version, killSwitch, aggregators, canary, allowedHosts, salt);
    }

    /** The same policy under another name, routing nothing or routing again. */
    public PolicyDocument killed(String version, boolean now) {
        return with(version, now, aggregators, canary, allowedHosts, salt);
    }

    /** The same policy under another name, with other aggregators. */
    public PolicyDocument among(String version, List<AggregatorTerms> others) {
        return with(version, killSwitch, others, canary, allowedHosts, salt);
    }

    /** The same policy under another name, with other hosts allowed. */
    public PolicyDocument allowing(String version, List<String> hosts) {
        return with(version, killSwitch, aggregators, canary, hosts, salt);
    }

    /** The same policy with another salt. */
    public PolicyDocument salted(String other) {
        return with(policyVersion, killSwitch, aggregators, canary, allowedHosts, other);
    }

    private PolicyDocument with(
            String version,
            boolean kill,
            List<AggregatorTerms> terms,
            Canary tried,
            List<String> hosts,
            String newSalt) {
        return new PolicyDocument(
                version,
                kill,
                exploration,
                probeShare,
                terms,
                measuredEcpmMicros,
                evidence,
                capPlans,
                model,
                tried,
                hosts,
                newSalt);
    }

    /** Why an aggregator may not be asked at its endpoint; empty where it may. */
    public Optional<String> refusal(AggregatorTerms aggregator) {
        return allowedHosts == null ? Optional.empty() : new AllowedHosts(allowedHosts).refusal(aggregator.endpoint());
    }

    /** Whether an aggregator's endpoint may lie in a network of our own. */
    public boolean mayBePrivate(AggregatorTerms aggregator) {
        return allowedHosts == null || new AllowedHosts(allowedHosts).mayBePrivate(aggregator.endpoint());
    }

    /**
     * What people bring into force asks nobody whom it does not allow.
     *
     * @throws IllegalArgumentException naming aggregator and reason
     */
    public PolicyDocument requireAllowed() {
        for (AggregatorTerms aggregator : aggregators) {
            refusal(aggregator).ifPresent(reason -> {
                throw new IllegalArgumentException("aggregator " + aggregator.aggregatorId() + ": endpoint "
                        + aggregator.endpoint() + ": " + reason);
            });
        }
        return this;
    }
}
