package io.datastreamx.kafka.policy;

import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.Scorer;
import java.util.Optional;

/**
 * A policy that was read and checked.
 *
 * @param record brought it into force
 * @param model scorer of the model that the document names; empty if it names none, or if there was no earlier policy
 *     to keep and the model could not be loaded
 * @param canary scorer of the canary that the document names; empty likewise
 */
public record PolicyInForce(
        ControlRecord.Policy record, PolicyDocument document, Optional<Scorer> model, Optional<Scorer> canary) {}
