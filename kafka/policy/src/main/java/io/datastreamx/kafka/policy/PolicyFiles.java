package io.datastreamx.kafka.policy;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.Scorer;
import java.io.IOException;
import java.util.Optional;

/** The files that a policy record names, believed only if checksums and versions are as the references say. */
final class PolicyFiles {
    private final Lake lake;

    PolicyFiles(Lake lake) {
        this.lake = lake;
    }

    /** The policy with its model and its canary. Throws as {@link #document}. */
    PolicyInForce load(ControlRecord.Policy record) {
        PolicyInForce loaded = loadWithoutCanary(record);
        return new PolicyInForce(
                record,
                loaded.document(),
                loaded.model(),
                Optional.ofNullable(loaded.document().canary()).map(canary -> model(canary.model())));
    }

    /** The policy with its model, which then decides for all boxes. Throws as {@link #document}. */
    PolicyInForce loadWithoutCanary(ControlRecord.Policy record) {
        PolicyDocument document = document(record.policy());
        return new PolicyInForce(
                record, document, Optional.ofNullable(document.model()).map(this::model), Optional.empty());
    }

    /** The policy alone: measured earnings or the waterfall then decide. Throws as {@link #document}. */
    PolicyInForce loadWithoutModel(ControlRecord.Policy record) {
        return new PolicyInForce(record, document(record.policy()), Optional.empty(), Optional.empty());
    }

    /**
     * @throws java.io.UncheckedIOException when a file cannot be read now; it may be there later
     * @throws IllegalStateException when a file is damaged or not what the reference says; trying again is of no use
     */
    PolicyDocument document(ArtifactRef reference) {
        byte[] content = lake.artifacts().read(reference);
        try {
            PolicyDocument document = ContractJson.MAPPER.readValue(content, PolicyDocument.class);
            if (document == null) {
                throw new IllegalStateException("policy file " + reference.uri() + " holds null");
            }
            requireVersion(reference, document.policyVersion());
            return document;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "policy file " + reference.uri() + " is not a policy document: " + ContractJson.reason(e), e);
        }
    }

    private Scorer model(ArtifactRef reference) {
        byte[] content = lake.artifacts().read(reference);
        try {
            ModelDocument model = ModelDocument.read(content);
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
