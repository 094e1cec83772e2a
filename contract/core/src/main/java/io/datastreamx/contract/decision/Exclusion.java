package io.datastreamx.contract.decision;

import io.datastreamx.contract.event.Coded;
import java.util.Map;

/** An aggregator that was left out of a decision, and why. */
public record Exclusion(String aggregatorId, ExclusionReason reason) {
    /**
     * @param entry of a valid decision's {@code excluded}
     * @throws IllegalArgumentException for a reason that this version of the contract does not know
     */
    static Exclusion of(Map<String, Object> entry) {
        return new Exclusion(
                (String) entry.get("aggregator_id"), Coded.ofCode(ExclusionReason.class, (String) entry.get("reason")));
    }

    Map<String, Object> fields() {
        return Map.of("aggregator_id", aggregatorId, "reason", reason.code());
    }
}
