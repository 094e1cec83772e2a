package io.datastreamx.kafka.policy;

import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyDifference;
import io.datastreamx.contract.policy.PolicyDocument;
import java.util.List;

/**
 * What became of a policy.
 *
 * @param record what is in force now; the record from before where nothing had to be changed
 * @param after likewise
 */
public record PolicyChanged(ControlRecord.Policy record, PolicyDocument before, PolicyDocument after) {
    /** Whether there is a new record. */
    public boolean isNew() {
        return !before.equals(after);
    }

    public List<PolicyDifference> differences() {
        return PolicyDifference.between(before, after);
    }
}
