package io.datastreamx.contract.event;

/** How a decision ended: the {@code status} of an {@code ad_decision}. */
public enum DecisionStatus implements Coded {
    /** An aggregator was chosen. */
    ROUTED,
    /** The request was seen only after its deadline. */
    EXPIRED,
    /** No aggregator could take it. */
    NO_CANDIDATE
}
