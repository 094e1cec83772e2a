package io.datastreamx.lake;

import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Models.Act;
import io.datastreamx.lake.Models.Action;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models: files below {@code model-files/<model_version>/} ({@code model.json}, {@code metrics.json},
 * {@code card.md}, {@code report.html}) and the table {@code models}, which says what became of them. Every act is
 * idempotent by its name. It brings nothing into force: routers follow the policy topic.
 */
public final class ModelRegistry {
    /** Run id of what people do. */
    public static final String BY_HAND = "manual";

    private static final String METRICS = "metrics.json";

    private final Lake lake;

    ModelRegistry(Lake lake) {
        this.lake = lake;
    }

    /** All that is known of models. */
    public Models read() {
        return models(lake.table(Table.MODELS).rows());
    }

    /** The model card of a model, Markdown. */
    public String card(String modelVersion) {
        return text(modelVersion, "card.md")
                .orElseThrow(() -> new IllegalArgumentException("model " + modelVersion + " has no card"));
    }

    /** What evaluation found of a model, JSON; empty where nothing was kept. */
    public Optional<String> metrics(String modelVersion) {
        return text(modelVersion, METRICS);
    }

    /** One of a model's files; empty where it has none of that name. */
    public Optional<String> text(String modelVersion, String name) {
        String uri = lake.modelUri(modelVersion, name);
        return lake.files().exists(uri)
                ? Optional.of(new String(lake.files().read(uri), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /** Writes the model file alone, for those who judge it before it is registered. */
    public ArtifactRef write(String modelVersion, byte[] model) {
        return lake.artifacts().write(modelVersion, modelUri(modelVersion), model);
    }

    /** @throws IllegalArgumentException where there is no such model */
    public ArtifactRef reference(String modelVersion) {
        String uri = modelUri(modelVersion);
        if (!lake.files().exists(uri)) {
            throw new IllegalArgumentException(
                    "there is no model " + modelVersion + "; `dsx model list` shows those there are");
        }
        return lake.artifacts().reference(modelVersion, uri, lake.files().read(uri));
    }

    /**
     * Writes a model's files and its first row; registering the same version again changes nothing.
     *
     * @param texts further files by name, such as {@code card.md}
     */
    public ArtifactRef register(
            String modelVersion, String runId, Instant at, byte[] model, byte[] metrics, Map<String, String> texts) {
        lake.files().write(lake.modelUri(modelVersion, METRICS), metrics);
        texts.forEach((name, text) ->
                lake.files().write(lake.modelUri(modelVersion, name), text.getBytes(StandardCharsets.UTF_8)));
        ArtifactRef reference = write(modelVersion, model);
        append(
                modelVersion,
                new Act(
                        at,
                        Action.REGISTERED,
                        modelVersion,
                        "",
                        runId,
                        reference.sha256(),
                        new String(metrics, StandardCharsets.UTF_8)));
        return reference;
    }

    /** Records that the gate refused a model. */
    public void reject(String modelVersion, String runId, Instant at, String metrics) {
        append(
                modelVersion,
                new Act(
                        at,
                        Action.REJECTED,
                        modelVersion,
                        "",
                        runId,
                        reference(modelVersion).sha256(),
                        metrics));
    }

    /**
     * Records that a policy came into force, by a promotion, a rollback, or for a canary.
     *
     * @param model the model that the policy uses, or the canary that it is about; empty where it uses none
     */
    public void record(
            Action action,
            Optional<ArtifactRef> model,
            String policyVersion,
            String runId,
            Instant at,
            String metrics) {
        append(
                policyVersion,
                new Act(
                        at,
                        action,
                        model.map(ArtifactRef::version).orElse(""),
                        policyVersion,
                        runId,
                        model.map(ArtifactRef::sha256).orElse(""),
                        metrics));
    }

    /** Lets nights promote again after a rollback that holds. */
    public void lift(Instant at) {
        append("held-" + at.toEpochMilli(), new Act(at, Action.LIFTED, "", "", BY_HAND, "", "{}"));
    }

    private void append(String name, Act act) {
        lake.table(Table.MODELS)
                .appendNext(
                        "models-" + act.action().code() + "-" + name,
                        1,
                        rows -> List.of(act.row(
                                LaterTime.than(models(rows).acts().stream().map(Act::at), act.at()))));
    }

    private static Models models(List<TableRow> rows) {
        return new Models(rows.stream().map(Act::of).toList());
    }

    private String modelUri(String modelVersion) {
        return lake.modelUri(modelVersion, "model.json");
    }
}
