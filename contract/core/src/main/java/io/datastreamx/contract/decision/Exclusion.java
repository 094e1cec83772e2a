package io.datastreamx.contract.decision;

/** An aggregator that was left out of a decision, and why. */
public record Exclusion(String aggregatorId, ExclusionReason reason) {}
