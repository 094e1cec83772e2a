package io.datastreamx.lake;

import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Models.Act;
import io.datastreamx.lake.Models.Action;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The models: files below {@code model-files/<model_version>/} ({@code model.json}, {@code metrics.json},
 * {@code card.md}) and the table {@code models}, which says what became of them. Every act is idempotent by its name.
 * It brings nothing into force: routers follow the policy topic.
 */
public final class ModelRegistry {
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
        return new String(lake.files().read(lake.modelUri(modelVersion, "card.md")), StandardCharsets.UTF_8);
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

    /** Writes a model's files and its first row; registering the same version again changes nothing. */
    public ArtifactRef register(
            String modelVersion, String runId, Instant at, byte[] model, byte[] metrics, String card) {
        lake.files().write(lake.modelUri(modelVersion, "metrics.json"), metrics);
        lake.files().write(lake.modelUri(modelVersion, "card.md"), card.getBytes(StandardCharsets.UTF_8));
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
     * Records that a policy came into force, by a promotion or a rollback.
     *
     * @param model the model that the policy uses; empty where it uses none
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
