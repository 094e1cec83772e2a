package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.Correction;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;

/**
 * How far a policy explores: the more an aggregator has been seen, the less. With n attempts of evidence its share
 * falls with its gap by γ = √n, the order of what so many attempts can tell apart (FALCON), and its least share falls
 * from {@link #NEW} times the policy's floor to the floor. One that does quite otherwise than the model says has up to
 * {@link #CHANGED} times the floor, so that it is seen when it does as before.
 */
final class Knowledge {
    /** So many times the floor goes to one that nobody has seen. */
    static final double NEW = 10;
    /** So many times the floor goes to one that does quite otherwise than it did. */
    static final double CHANGED = 3;
    /** After so many attempts half of what {@link #NEW} adds is left. */
    static final double HALF_KNOWN = 500;

    private final Exploration bounds;
    private final PolicyDocument policy;

    Knowledge(PolicyDocument policy) {
        this.policy = policy;
        this.bounds = policy.exploration();
    }

    /** By how many attempts an aggregator is known; infinitely many where nobody counted. */
    double evidence(String aggregatorId) {
        if (policy.evidence().isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        return policy.evidence().getOrDefault(aggregatorId, 0.0);
    }

    /** @param evidence of the less known one of two that are compared */
    double gamma(double evidence) {
        return Math.min(bounds.gamma(), Math.sqrt(evidence));
    }

    double floor(double evidence, Correction correction) {
        double unknown = (NEW - 1) / (1 + evidence / HALF_KNOWN);
        double changed = (CHANGED - 1) * (1 - sameness(correction));
        return bounds.floor() * (1 + Math.max(unknown, changed));
    }

    /** 1 for one that does as expected, towards 0 for one that does quite otherwise. */
    private static double sameness(Correction correction) {
        return Math.min(sameness(correction.fill()), sameness(correction.price()));
    }

    private static double sameness(double factor) {
        return Math.min(factor, 1 / factor);
    }
}
