package io.datastreamx.kafka.policy;

import io.datastreamx.config.MlSettings;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models: files below {@code model-files/<model_version>/} ({@code model.json}, {@code metrics.json},
 * {@code card.md}) and what became of them, in the table {@code models}. A promotion writes a new policy document that
 * names the model and publishes it; every act is idempotent by its name.
 */
public final class ModelRegistry {
    private static final DateTimeFormatter COMPACT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);
    private static final String MANUAL = "manual";

    /**
     * One row of the table {@code models}; an empty {@code modelVersion} means that no model is in force from then on.
     */
    public record Act(
            Instant at,
            String action,
            String modelVersion,
            String policyVersion,
            String runId,
            String sha256,
            String metrics) {}

    /**
     * One model as it stands now.
     *
     * @param status the last that became of it: registered, rejected, promoted or rolled_back (returned to)
     * @param inForce whether the policy in force uses it
     */
    public record Model(
            String modelVersion,
            String status,
            boolean inForce,
            Instant registeredAt,
            String policyVersion,
            String runId,
            String metrics) {}

    private final Lake lake;
    private final PolicyTopic topic;
    private final MlSettings settings;

    public ModelRegistry(Lake lake, PolicyTopic topic, MlSettings settings) {
        this.lake = lake;
        this.topic = topic;
        this.settings = settings;
    }

    /** Everything that ever happened to models, oldest first. */
    public List<Act> history() {
        return lake.table(Table.MODELS).rows().stream()
                .map(row -> new Act(
                        row.time("at"),
                        row.text("action"),
                        row.text("model_version"),
                        row.text("policy_version"),
                        row.text("run_id"),
                        row.text("sha256"),
                        row.text("metrics")))
                .sorted(Comparator.comparing(Act::at))
                .toList();
    }

    /** All models, oldest first. */
    public List<Model> list() {
        List<Act> history = history();
        String inForce =
                stack(history).stream().findFirst().map(Act::modelVersion).orElse("");
        Map<String, Model> models = new LinkedHashMap<>();
        for (Act act : history) {
            if (!act.modelVersion().isEmpty()) {
                Model before = models.get(act.modelVersion());
                models.put(
                        act.modelVersion(),
                        new Model(
                                act.modelVersion(),
                                act.action(),
                                act.modelVersion().equals(inForce),
                                before == null ? act.at() : before.registeredAt(),
                                act.policyVersion(),
                                act.runId(),
                                act.metrics()));
            }
        }
        return new ArrayList<>(models.values());
    }

    /** The model card of a model, Markdown. */
    public String card(String modelVersion) {
        return new String(lake.files().read(folder(modelVersion) + "/card.md"), StandardCharsets.UTF_8);
    }

    /** Writes a model's files and its first row; registering the same version again changes nothing. */
    public ArtifactRef register(
            String modelVersion, String runId, Instant at, byte[] model, byte[] metrics, String card) {
        ArtifactRef reference =
                new ArtifactRef(modelVersion, folder(modelVersion) + "/model.json", ArtifactRef.sha256(model));
        lake.files().write(folder(modelVersion) + "/metrics.json", metrics);
        lake.files().write(folder(modelVersion) + "/card.md", card.getBytes(StandardCharsets.UTF_8));
        lake.files().write(reference.uri(), model);
        append(
                "registered-" + modelVersion,
                at,
                "registered",
                reference,
                "",
                runId,
                new String(metrics, StandardCharsets.UTF_8));
        return reference;
    }

    /** Records that the gate refused a model. */
    public void reject(String modelVersion, String runId, Instant at, String metrics) {
        append("rejected-" + modelVersion, at, "rejected", reference(modelVersion), "", runId, metrics);
    }

    /**
     * Brings a model into force on the night's behalf.
     *
     * @param at when the gate let it pass; the same night promoting again at the same time changes nothing
     * @param measuredEcpmMicros earnings per thousand requests by aggregator, for requests that the model cannot score
     * @throws IllegalStateException when there is no policy to build on or the broker cannot be reached
     */
    public ControlRecord.Policy promote(
            String modelVersion, String runId, Instant at, String metrics, Map<String, Long> measuredEcpmMicros) {
        return install(
                "policy-" + runId,
                "promoted",
                Optional.of(reference(modelVersion)),
                runId,
                at,
                metrics,
                measuredEcpmMicros);
    }

    /** Brings any registered model into force by hand. */
    public ControlRecord.Policy promote(String modelVersion, Instant at) {
        return install(byHand(at), "promoted", Optional.of(reference(modelVersion)), MANUAL, at, "{}", null);
    }

    /** Returns to the model that was in force before the present one, or to none where it was the first. */
    public ControlRecord.Policy rollback(Instant at) {
        Deque<Act> stack = stack(history());
        if (stack.isEmpty()) {
            throw new IllegalStateException("no model is in force, so there is nothing to roll back");
        }
        stack.pop();
        Optional<ArtifactRef> before = stack.stream().findFirst().map(act -> reference(act.modelVersion()));
        return install(byHand(at), "rolled_back", before, MANUAL, at, "{}", null);
    }

    private static String byHand(Instant at) {
        return "policy-" + MANUAL + "-" + COMPACT.format(at);
    }

    private ControlRecord.Policy install(
            String policyVersion,
            String action,
            Optional<ArtifactRef> model,
            String runId,
            Instant at,
            String metrics,
            Map<String, Long> measuredEcpmMicros) {
        PolicyDocument base = topic.currentPolicy()
                .map(record -> topic.load(record.policy()))
                .orElseThrow(
                        () -> new IllegalStateException(
                                "no policy is in force yet, so there are no aggregators to build on; start the system with `dsx up` first"));
        PolicyDocument document = new PolicyDocument(
                policyVersion,
                base.killSwitch(),
                new Exploration(settings.explorationGamma(), settings.explorationFloor()),
                settings.probeShare(),
                base.aggregators(),
                measuredEcpmMicros == null ? base.measuredEcpmMicros() : measuredEcpmMicros,
                model.orElse(null));
        ControlRecord.Policy record = PolicyTopic.record(topic.store(document), at);
        topic.publish(record);
        ArtifactRef named = model.orElse(new ArtifactRef("", "", ""));
        append(action + "-" + policyVersion, at, action, named, policyVersion, runId, metrics);
        return record;
    }

    /** Models in force, the present one first: a promotion lays one on top, a rollback takes it off. */
    private static Deque<Act> stack(List<Act> history) {
        Deque<Act> stack = new ArrayDeque<>();
        for (Act act : history) {
            if (act.action().equals("promoted")) {
                stack.push(act);
            } else if (act.action().equals("rolled_back") && !stack.isEmpty()) {
                stack.pop();
            }
        }
        return stack;
    }

    private ArtifactRef reference(String modelVersion) {
        String uri = folder(modelVersion) + "/model.json";
        if (!lake.files().exists(uri)) {
            throw new IllegalArgumentException(
                    "there is no model " + modelVersion + "; `dsx model list` shows those there are");
        }
        return new ArtifactRef(
                modelVersion, uri, ArtifactRef.sha256(lake.files().read(uri)));
    }

    private String folder(String modelVersion) {
        return lake.root() + "/model-files/" + modelVersion;
    }

    private void append(
            String name,
            Instant at,
            String action,
            ArtifactRef model,
            String policyVersion,
            String runId,
            String metrics) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("at", later(at));
        row.put("action", action);
        row.put("model_version", model.version());
        row.put("policy_version", policyVersion);
        row.put("run_id", runId);
        row.put("sha256", model.sha256());
        row.put("metrics", metrics);
        lake.table(Table.MODELS).append("models-" + name, 1, List.of(row));
    }

    /** Rows are read in the order of their times, so no row may be older than one before it. */
    private Instant later(Instant at) {
        List<Act> history = history();
        Instant last = history.isEmpty()
                ? Instant.MIN
                : history.get(history.size() - 1).at();
        return at.isAfter(last) ? at : last.plusMillis(1);
    }
}
