package io.datastreamx.lake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What became of the models: which is in force, which was before, which the gate refused. Immutable. */
public final class Models {
    /** What happened to a model. */
    public enum Action {
        /** Trained and evaluated. */
        REGISTERED,
        /** Refused by the gate. */
        REJECTED,
        /** Decides for a share of the boxes, beside the model in force. */
        CANARY,
        /** Its canary is over, and the model in force decides for all again. */
        WITHDRAWN,
        /** In force from here on. */
        PROMOTED,
        /** In force again, or none where no model is named; what came into force after it is given up. */
        ROLLED_BACK,
        /** Nights may promote again after a rollback by hand. */
        LIFTED;

        /** As the table has it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean bringsIntoForce() {
            return this == PROMOTED || this == ROLLED_BACK;
        }

        /** Whether it ends what was said before of a canary, or of nights that must not promote. */
        boolean decides() {
            return bringsIntoForce() || this == CANARY || this == WITHDRAWN;
        }
    }

    /**
     * One row of the table.
     *
     * @param modelVersion empty where no model is in force from then on
     * @param policyVersion the policy document that uses it; empty before a promotion
     * @param runId the night that did it, or {@code manual}
     * @param sha256 checksum of the model file
     * @param metrics JSON: what evaluation found
     */
    public record Act(
            Instant at,
            Action action,
            String modelVersion,
            String policyVersion,
            String runId,
            String sha256,
            String metrics) {
        static Act of(TableRow row) {
            return new Act(
                    row.time("at"),
                    row.code("action", Action.class),
                    row.text("model_version"),
                    row.text("policy_version"),
                    row.text("run_id"),
                    row.text("sha256"),
                    row.text("metrics"));
        }

        Map<String, Object> row(Instant later) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("at", later);
            row.put("action", action.code());
            row.put("model_version", modelVersion);
            row.put("policy_version", policyVersion);
            row.put("run_id", runId);
            row.put("sha256", sha256);
            row.put("metrics", metrics);
            return row;
        }
    }

    /**
     * One model as it stands now.
     *
     * @param status the last that became of it: {@code PROMOTED} also where a rollback returned to it,
     *     {@code ROLLED_BACK} where one gave it up
     * @param inForce whether the policy in force uses it for all boxes, or for all but the canary's
     * @param canary whether the policy in force tries it on a share of the boxes
     */
    public record Model(
            String modelVersion,
            Action status,
            boolean inForce,
            boolean canary,
            Instant registeredAt,
            String policyVersion,
            String runId,
            String metrics) {
        private Model with(Action other) {
            return new Model(modelVersion, other, inForce, canary, registeredAt, policyVersion, runId, metrics);
        }
    }

    private final List<Act> acts;
    private final InForce<Act> inForce;

    /** @param acts in any order */
    Models(Collection<Act> acts) {
        this.acts = acts.stream().sorted(Comparator.comparing(Act::at)).toList();
        InForce<Act> top = null;
        for (Act act : this.acts) {
            if (act.action() == Action.PROMOTED) {
                top = InForce.on(top, act);
            } else if (act.action() == Action.ROLLED_BACK) {
                top = InForce.back(top, act, below -> below.modelVersion().equals(act.modelVersion()));
            }
        }
        this.inForce = top;
    }

    /** Everything that ever happened, oldest first. */
    public List<Act> acts() {
        return acts;
    }

    /** What brought the model in force there; empty where none is in force. */
    public Optional<Act> inForce() {
        return Optional.ofNullable(inForce).map(InForce::entry).filter(act -> !act.modelVersion()
                .isEmpty());
    }

    /** What a rollback returns to; empty where it leaves no model in force. */
    public Optional<Act> before() {
        return InForce.path(inForce).stream().skip(1).findFirst().filter(act -> !act.modelVersion()
                .isEmpty());
    }

    /**
     * The rollback that holds, by hand or of a canary that was worse: until somebody lifts it, or brings a model into
     * force by hand, no night promotes.
     */
    public Optional<Act> held() {
        Act last = null;
        for (Act act : acts) {
            last = act.action().decides() || act.action() == Action.LIFTED ? act : last;
        }
        return Optional.ofNullable(last)
                .filter(act -> act.action() == Action.WITHDRAWN
                        || act.action() == Action.ROLLED_BACK && act.runId().equals(ModelRegistry.BY_HAND));
    }

    /** What made a model the canary that there is now; empty without one. */
    public Optional<Act> canary() {
        return acts.stream()
                .filter(act -> act.action().decides())
                .reduce((before, act) -> act)
                .filter(act -> act.action() == Action.CANARY);
    }

    /** The first decision about what is in force, or tried, that came after a time and was not this night's own. */
    public Optional<Act> decidedSince(Instant time, String runId) {
        return acts.stream()
                .filter(act -> act.action().decides())
                .filter(act -> act.at().isAfter(time) && !act.runId().equals(runId))
                .findFirst();
    }

    /** All models as they stand, oldest first. */
    public List<Model> list() {
        String present = inForce().map(Act::modelVersion).orElse("");
        String tried = canary().map(Act::modelVersion).orElse("");
        Map<String, Model> models = new LinkedHashMap<>();
        String onTop = "";
        for (Act act : acts) {
            if (act.action() == Action.ROLLED_BACK) {
                models.computeIfPresent(onTop, (version, model) -> model.with(Action.ROLLED_BACK));
            }
            onTop = act.action().bringsIntoForce() ? act.modelVersion() : onTop;
            if (!act.modelVersion().isEmpty()) {
                Model before = models.get(act.modelVersion());
                models.put(
                        act.modelVersion(),
                        new Model(
                                act.modelVersion(),
                                act.action().bringsIntoForce() ? Action.PROMOTED : act.action(),
                                act.modelVersion().equals(present),
                                act.modelVersion().equals(tried),
                                before == null ? act.at() : before.registeredAt(),
                                act.policyVersion(),
                                act.runId(),
                                act.metrics()));
            }
        }
        return new ArrayList<>(models.values());
    }
}
