package io.datastreamx.kafka.policy;

import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyChange;
import io.datastreamx.contract.policy.PolicyDifference;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.lake.Lake;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The audit trail: every policy that was brought into force, by whom, when, and what it changed. It is read from the
 * control records that the lake keeps, and needs no broker. A record that Kafka did not take in the end stands here
 * too: the one after it names another policy before it.
 *
 * @param entries newest first
 * @param damaged files that hold no record, with the reason
 */
public record PolicyLog(List<Entry> entries, List<String> damaged) {
    private static final PolicyChange UNSAID = new PolicyChange("unknown", "unknown", null, null);

    /**
     * One of them.
     *
     * @param change {@code unknown} where the record does not say
     * @param differences from the policy before; empty where one of the two files cannot be read
     */
    public record Entry(
            ControlRecord.Policy record, PolicyChange change, Optional<List<PolicyDifference>> differences) {}

    /** @param last how many, the newest */
    public static PolicyLog read(Lake lake, int last) {
        ControlFiles files = ControlFiles.read(lake, "policy:");
        List<ControlRecord.Policy> records = new ArrayList<>();
        for (ControlRecord record : files.records()) {
            if (record instanceof ControlRecord.Policy policy) {
                records.add(policy);
            }
        }
        Map<String, ArtifactRef> references = new HashMap<>();
        records.forEach(record -> references.put(record.policy().version(), record.policy()));
        PolicyFiles documents = new PolicyFiles(lake);
        List<Entry> entries = new ArrayList<>();
        for (int i = records.size() - 1; i >= Math.max(0, records.size() - last); i--) {
            ControlRecord.Policy record = records.get(i);
            PolicyChange change = Optional.ofNullable(record.change()).orElse(UNSAID);
            entries.add(new Entry(record, change, differences(documents, record, change, references)));
        }
        return new PolicyLog(entries, files.refused());
    }

    private static Optional<List<PolicyDifference>> differences(
            PolicyFiles documents,
            ControlRecord.Policy record,
            PolicyChange change,
            Map<String, ArtifactRef> references) {
        boolean unknown = change == UNSAID || change.before() != null && !references.containsKey(change.before());
        if (unknown) {
            return Optional.empty();
        }
        try {
            PolicyDocument before =
                    change.before() == null ? null : documents.document(references.get(change.before()));
            return Optional.of(PolicyDifference.between(before, documents.document(record.policy())));
        } catch (UncheckedIOException | IllegalStateException e) {
            return Optional.empty();
        }
    }
}
