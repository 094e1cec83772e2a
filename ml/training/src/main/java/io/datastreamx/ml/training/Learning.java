package io.datastreamx.ml.training;

import io.datastreamx.config.MlSettings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.ModelRegistry;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A night's learning, step by step: train, evaluate, gate. Each step reads what the one before left in the lake, so
 * that they can run in different processes; within one process they share the log.
 */
public final class Learning {
    /**
     * What training made.
     *
     * @param rows first attempts that it learned fill from
     * @param features size of the dictionary
     */
    public record Trained(String modelVersion, String sha256, long rows, int features) {}

    private final Lake lake;
    private final ModelRegistry registry;
    private final MlSettings settings;
    private final Gate gate = new HoldoutGate();
    private final Supplier<Dataset<Row>> events;
    private LearningLog log;

    /** @param events rows of the raw log that count; asked for when the first step needs them */
    public Learning(Lake lake, MlSettings settings, Supplier<Dataset<Row>> events) {
        this.lake = lake;
        this.registry = lake.models();
        this.settings = settings;
        this.events = events;
    }

    /**
     * Trains on the earlier part of the log and writes {@code model-files/<model_version>/model.json}.
     *
     * @throws TooLittleEvidence when the log is too short, naming how much there is and how much is wanted
     */
    public Trained train(String modelVersion, String batchVersion, long cut, String runId, Instant at) {
        LearningLog learned = log();
        long wanted = Math.max(1, settings.minResponses());
        if (learned.firstAttempts() < wanted) {
            throw new TooLittleEvidence(
                    String.format("%,d responses, at least %,d wanted", learned.firstAttempts(), wanted));
        }
        long rows = learned.firstAttempts(LearningLog.TRAIN).count();
        TrainingInfo info = new TrainingInfo(batchVersion, cut, settings.seed(), runId, at.toString(), rows);
        ModelDocument document = ModelTrainer.train(learned, modelVersion, info).document();
        byte[] file = document.write();
        ArtifactRef reference = registry.write(modelVersion, file);
        return new Trained(
                modelVersion, reference.sha256(), rows, document.features().size());
    }

    /**
     * Judges the model file on held-out logs and registers it with what was found.
     *
     * @param inForce the policy in force, whose aggregators the new one would have
     */
    public Evaluation evaluate(String modelVersion, String runId, Instant at, PolicyDocument inForce) {
        ArtifactRef reference = registry.reference(modelVersion);
        byte[] file = lake.artifacts().read(reference);
        ModelDocument document = ModelDocument.read(file);
        ServedModel model = new ServedModel(file);
        PolicyDocument candidate = new PolicyDocument(
                "candidate",
                inForce.killSwitch(),
                new Exploration(settings.explorationGamma(), settings.explorationFloor()),
                settings.probeShare(),
                inForce.aggregators(),
                Map.of(),
                reference);
        Evaluation found = new HoldoutEvaluation(log(), new ImportanceSampling())
                .of(modelVersion, model, new CandidatePolicy(candidate, model));
        registry.register(modelVersion, runId, at, file, ContractJson.bytes(found), ModelCard.of(document, found));
        release();
        return found;
    }

    /** Whether the model may come into force; a refusal is kept in the registry. */
    public Verdict judge(Evaluation found, String runId, Instant at) {
        Verdict verdict = gate.judge(found);
        if (!verdict.passed()) {
            registry.reject(
                    found.modelVersion(),
                    runId,
                    at,
                    new String(ContractJson.bytes(verdict), java.nio.charset.StandardCharsets.UTF_8));
        }
        return verdict;
    }

    private LearningLog log() {
        if (log == null) {
            log = LearningLog.of(events.get(), settings.calibrationShare(), settings.holdoutShare());
        }
        return log;
    }

    private void release() {
        if (log != null) {
            log.release();
            log = null;
        }
    }
}
