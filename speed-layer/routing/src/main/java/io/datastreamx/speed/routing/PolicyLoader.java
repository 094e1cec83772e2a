package io.datastreamx.speed.routing;

import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.Scorer;
import java.util.Optional;

/** Reads what a policy record names and believes it only if checksums and versions are as the references say. */
final class PolicyLoader {
    /** A policy that may come into force. */
    record Loaded(String eventId, PolicyDocument document, Optional<Scorer> model) {}

    private final Lake lake;
    private final PolicyTopic topic;

    PolicyLoader(Lake lake, KafkaConnection kafka) {
        this.lake = lake;
        this.topic = new PolicyTopic(lake, kafka);
    }

    /**
     * @throws java.io.UncheckedIOException when a file cannot be read now; it may be there later
     * @throws IllegalStateException when a file is corrupt or not what the record says; trying again is of no use
     */
    Loaded load(ControlRecord.Policy record) {
        PolicyDocument document = document(record);
        return new Loaded(
                record.eventId(),
                document,
                Optional.ofNullable(document.model()).map(this::model));
    }

    /**
     * The policy alone, for want of its model: measured earnings or the waterfall then decide. Throws as {@link #load}.
     */
    Loaded loadWithoutModel(ControlRecord.Policy record) {
        return new Loaded(record.eventId(), document(record), Optional.empty());
    }

    private PolicyDocument document(ControlRecord.Policy record) {
        PolicyDocument document = topic.load(record.policy());
        requireVersion(record.policy(), document.policyVersion());
        return document;
    }

    private Scorer model(ArtifactRef reference) {
        try {
            ModelDocument model = ModelDocument.read(lake.artifacts().read(reference));
            requireVersion(reference, model.modelVersion());
            return new LogisticScorer(model);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("model file " + reference.uri() + ": " + e.getMessage(), e);
        }
    }

    private static void requireVersion(ArtifactRef reference, String found) {
        if (!reference.version().equals(found)) {
            throw new IllegalStateException(
                    reference.uri() + " holds version " + found + ", the reference names " + reference.version());
        }
    }
}
