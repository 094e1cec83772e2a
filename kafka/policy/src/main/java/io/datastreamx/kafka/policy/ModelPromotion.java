package io.datastreamx.kafka.policy;

import io.datastreamx.config.MlSettings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Canary;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.ModelRegistry;
import io.datastreamx.lake.Models;
import io.datastreamx.lake.Models.Action;
import io.datastreamx.ml.policy.CanaryWatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Brings models into force: a new policy document that names the model is written and published, then the registry
 * told. Every act is idempotent by its name.
 */
public final class ModelPromotion {
    private static final String MANUAL = ModelRegistry.BY_HAND;
    /** Run id of what the watch over canaries does. */
    private static final String CANARY = "canary";

    private static final String NO_METRICS = "{}";
    private static final Map<Action, String> WHAT = Map.of(
            Action.PROMOTED, "promote ",
            Action.ROLLED_BACK, "roll back to ",
            Action.CANARY, "try as a canary ",
            Action.WITHDRAWN, "roll back canary ");

    private final ModelRegistry registry;
    private final PolicyTopic topic;
    private final MlSettings settings;

    public ModelPromotion(Lake lake, PolicyTopic topic, MlSettings settings) {
        this.registry = lake.models();
        this.topic = topic;
        this.settings = settings;
    }

    /**
     * Brings a model into force on the night's behalf: as a canary, in place of one that there may be, where
     * {@code ml.canary-share} is above 0. The first model goes to all boxes at once: there is none to return to but the
     * order without a model, which the gate has held it against.
     *
     * @param at when the gate let it pass; the same night promoting again at the same time changes nothing
     * @param found what else the night has found of the aggregators
     * @throws IllegalStateException when there is no policy to build on or the broker cannot be reached
     */
    public ControlRecord.Policy promote(String modelVersion, String runId, Instant at, String metrics, Findings found) {
        ArtifactRef model = registry.reference(modelVersion);
        boolean tried = settings.canaryShare() > 0
                && topic.inForce()
                        .map(policy -> policy.document().model())
                        .filter(inForce -> !inForce.equals(model))
                        .isPresent();
        return install(
                "policy-" + runId,
                tried ? Action.CANARY : Action.PROMOTED,
                Optional.of(model),
                runId,
                at,
                metrics,
                Optional.of(found));
    }

    /** Brings any registered model into force by hand, for all boxes. */
    public ControlRecord.Policy promote(String modelVersion, Instant at) {
        return byHand(Action.PROMOTED, Optional.of(registry.reference(modelVersion)), at);
    }

    /**
     * Tries any registered model on a share of the boxes, by hand.
     *
     * @throws IllegalStateException when no model is in force that it could be held against
     */
    public ControlRecord.Policy tryOut(String modelVersion, Instant at) {
        if (registry.read().inForce().isEmpty()) {
            throw new IllegalStateException(
                    "no model is in force that a canary could be held against; promote it without --canary");
        }
        if (settings.canaryShare() == 0) {
            throw new IllegalStateException("ml.canary-share is 0, so there are no boxes for a canary");
        }
        return byHand(Action.CANARY, Optional.of(registry.reference(modelVersion)), at);
    }

    /**
     * Ends a canary as was found, and says why in the registry. Where another has come into its place meanwhile, or
     * none, the policy stays as it is.
     *
     * @throws IllegalStateException when the broker cannot be reached
     */
    public void settle(Canary canary, CanaryWatch.Verdict verdict, Instant at) {
        boolean promoted = verdict.outcome() == CanaryWatch.Outcome.PROMOTE;
        String version = (promoted ? "policy-promoted-" : "policy-withdrawn-")
                + canary.model().version() + "-" + canary.since().toEpochMilli();
        PolicyChanged changed = topic.change(
                new Operator(CANARY, verdict.reason()),
                (promoted ? "promote " : "roll back canary ") + canary.model().version(),
                at,
                (base, time) -> !canary.equals(base.canary())
                        ? base
                        : promoted ? base.canaryInForce().named(version) : base.trying(version, null));
        if (changed.after().policyVersion().equals(version)) {
            registry.record(
                    promoted ? Action.PROMOTED : Action.WITHDRAWN,
                    Optional.of(canary.model()),
                    version,
                    CANARY,
                    at,
                    new String(ContractJson.bytes(verdict), StandardCharsets.UTF_8));
        }
    }

    /**
     * Returns to the model that was in force before the present one, or to none where it was the first. Where there is
     * a canary, it alone is taken back.
     *
     * @throws IllegalStateException when no model is in force
     */
    public ControlRecord.Policy rollback(Instant at) {
        Models models = registry.read();
        if (models.inForce().isEmpty()) {
            throw new IllegalStateException("no model is in force, so there is nothing to roll back");
        }
        if (models.canary().isPresent()) {
            return byHand(Action.WITHDRAWN, models.canary().map(act -> registry.reference(act.modelVersion())), at);
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
        String what = WHAT.get(action) + model.map(ArtifactRef::version).orElse("no model");
        boolean replaces = action == Action.PROMOTED || action == Action.ROLLED_BACK;
        Operator operator = runId.equals(MANUAL) ? Operator.current() : new Operator("night " + runId, null);
        ControlRecord.Policy record = topic.change(operator, what, at, (base, time) -> base.learned(
                                policyVersion,
                                new Exploration(settings.explorationGamma(), settings.explorationFloor()),
                                settings.probeShare(),
                                found.orElse(base.findings()),
                                replaces ? model.orElse(null) : base.model())
                        .trying(
                                policyVersion,
                                action == Action.CANARY
                                        ? new Canary(model.orElseThrow(), settings.canaryShare(), at)
                                        : null))
                .record();
        registry.record(action, model, policyVersion, runId, at, metrics);
        return record;
    }
}
