package io.datastreamx.kafka.policy;

import io.datastreamx.config.MlSettings;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.ModelRegistry;
import io.datastreamx.lake.Models;
import io.datastreamx.lake.Models.Action;
import java.time.Instant;
import java.util.Optional;

/**
 * Brings models into force: a new policy document that names the model is written and published, then the registry
 * told. Every act is idempotent by its name.
 */
public final class ModelPromotion {
    private static final String MANUAL = ModelRegistry.BY_HAND;
    private static final String NO_METRICS = "{}";

    private final ModelRegistry registry;
    private final PolicyTopic topic;
    private final MlSettings settings;

    public ModelPromotion(Lake lake, PolicyTopic topic, MlSettings settings) {
        this.registry = lake.models();
        this.topic = topic;
        this.settings = settings;
    }

    /**
     * Brings a model into force on the night's behalf.
     *
     * @param at when the gate let it pass; the same night promoting again at the same time changes nothing
     * @param found what else the night has found of the aggregators
     * @throws IllegalStateException when there is no policy to build on or the broker cannot be reached
     */
    public ControlRecord.Policy promote(String modelVersion, String runId, Instant at, String metrics, Findings found) {
        return install(
                "policy-" + runId,
                Action.PROMOTED,
                Optional.of(registry.reference(modelVersion)),
                runId,
                at,
                metrics,
                Optional.of(found));
    }

    /** Brings any registered model into force by hand. */
    public ControlRecord.Policy promote(String modelVersion, Instant at) {
        return byHand(Action.PROMOTED, Optional.of(registry.reference(modelVersion)), at);
    }

    /**
     * Returns to the model that was in force before the present one, or to none where it was the first.
     *
     * @throws IllegalStateException when no model is in force
     */
    public ControlRecord.Policy rollback(Instant at) {
        Models models = registry.read();
        if (models.inForce().isEmpty()) {
            throw new IllegalStateException("no model is in force, so there is nothing to roll back");
        }
        return byHand(Action.ROLLED_BACK, models.before().map(act -> registry.reference(act.modelVersion())), at);
    }

    private ControlRecord.Policy byHand(Action action, Optional<ArtifactRef> model, Instant at) {
        return install(PolicyControl.version(MANUAL, at), action, model, MANUAL, at, NO_METRICS, Optional.empty());
    }

    private ControlRecord.Policy install(
            String policyVersion,
            Action action,
            Optional<ArtifactRef> model,
            String runId,
            Instant at,
            String metrics,
            Optional<Findings> found) {
        String what = (action == Action.PROMOTED ? "promote " : "roll back to ")
                + model.map(ArtifactRef::version).orElse("no model");
        Operator operator = runId.equals(MANUAL) ? Operator.current() : new Operator("night " + runId, null);
        ControlRecord.Policy record = topic.change(
                        operator,
                        what,
                        at,
                        (base, time) -> base.learned(
                                policyVersion,
                                new Exploration(settings.explorationGamma(), settings.explorationFloor()),
                                settings.probeShare(),
                                found.orElse(base.findings()),
                                model.orElse(null)))
                .record();
        registry.record(action, model, policyVersion, runId, at, metrics);
        return record;
    }
}
