package io.datastreamx.kafka.policy;

import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.util.List;
import java.util.Optional;

/**
 * What the policy topic says, as far as it has been read.
 *
 * @param snapshot what decisions depend on; {@link PolicySnapshot#NONE} before the first usable policy
 * @param health the latest valid record of its kind
 * @param caps the latest valid record of its kind
 * @param corrections the latest valid record of its kind
 * @param standing refusals that no later valid record of the same kind has made up for
 * @param refused records refused since the start
 * @param trouble why the topic cannot be read at the moment; empty while it can
 */
public record PolicyState(
        PolicySnapshot snapshot,
        Optional<ControlRecord.Health> health,
        Optional<ControlRecord.Caps> caps,
        Optional<ControlRecord.Corrections> corrections,
        List<Refusal> standing,
        long refused,
        Optional<String> trouble) {
    static final PolicyState UNREAD = new PolicyState(
            PolicySnapshot.NONE, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), 0, Optional.empty());

    public PolicyState {
        standing = List.copyOf(standing);
    }

    PolicyState with(Optional<String> newTrouble) {
        return new PolicyState(snapshot, health, caps, corrections, standing, refused, newTrouble);
    }
}
