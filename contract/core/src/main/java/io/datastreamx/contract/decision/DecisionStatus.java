package io.datastreamx.contract.decision;

import java.util.Locale;

/** How a decision ended. */
public enum DecisionStatus {
    /** An aggregator was chosen. */
    ROUTED,
    /** The request was seen only after its deadline. */
    EXPIRED,
    /** No aggregator could take it. */
    NO_CANDIDATE;

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static DecisionStatus ofCode(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }
}
