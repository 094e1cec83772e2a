package io.datastreamx.ml.training;

import io.datastreamx.config.MlSettings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.ModelRegistry;
import io.datastreamx.lake.Models;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A night's learning, step by step: train, evaluate, gate. Each step reads what the one before left in the lake, so
 * that they can run in different processes; within one process they share the log.
 */
public final class Learning implements AutoCloseable {
    private static final String FILE = "judged.json";

    /**
     * A model file that waits for its judgement.
     *
     * @param modelVersion the night's, with the family behind a dot
     */
    public record CandidateFile(String family, String modelVersion, String sha256) {}

    /**
     * What training made.
     *
     * @param modelVersion under which the night registers what comes of it
     * @param decisions matured decisions of the window
     */
    public record Trained(String modelVersion, List<CandidateFile> candidates, long decisions, TrainingInfo info) {}

    /** What was found of each candidate. */
    public record Evaluated(Trained trained, List<Evaluation> evaluations) {}

    /**
     * What came of the night.
     *
     * @param modelVersion registered: fitted on everything where the gate let it pass, else the candidate that came
     *     nearest
     * @param judged the candidate that was judged for it
     * @param verdict of that candidate
     * @param findings for the policy document
     */
    public record Gated(String modelVersion, String sha256, CandidateFile judged, Verdict verdict, Findings findings) {}

    /**
     * What the registry keeps of a model: who it is, what was found, and why it was let pass or not.
     *
     * @param codeVersion hash of the code that made it
     * @param sampleSizes what it would be worth if trained on less; empty where nobody asked
     */
    public record Metrics(
            String family,
            String codeVersion,
            TrainingInfo training,
            CandidateFile judged,
            Verdict verdict,
            Evaluation evaluation,
            List<SampleSize> sampleSizes) {
        public Metrics {
            sampleSizes = sampleSizes == null ? List.of() : List.copyOf(sampleSizes);
        }

        /** Empty for models that were registered before there was such a record. */
        public static Optional<Metrics> read(String json) {
            try {
                Metrics metrics = ContractJson.MAPPER.readValue(json, Metrics.class);
                return metrics.family() == null ? Optional.empty() : Optional.of(metrics);
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    private final Lake lake;
    private final ModelRegistry registry;
    private final MlSettings settings;
    private final Supplier<Dataset<Row>> events;
    private NightLearning night;

    /** @param events rows of the raw log that count; asked for when the first step needs them */
    public Learning(Lake lake, MlSettings settings, Supplier<Dataset<Row>> events) {
        this.lake = lake;
        this.registry = lake.models();
        this.settings = settings;
        this.events = events;
    }

    /**
     * Trains each family on the earlier part of the log and writes its file.
     *
     * @param inForce the policy in force, whose aggregators are learned about
     * @throws TooLittleEvidence where the log is too short
     * @throws LogRefused where it holds what cannot be
     */
    public Trained train(String modelVersion, TrainingInfo info, Supplier<PolicyDocument> inForce) {
        NightLearning learning = night(inForce);
        List<CandidateFile> files = learning.train(modelVersion, info).stream()
                .map(candidate -> {
                    ArtifactRef written = registry.write(
                            candidate.document().modelVersion(),
                            candidate.document().write());
                    return new CandidateFile(candidate.family(), written.version(), written.sha256());
                })
                .toList();
        return new Trained(modelVersion, files, learning.decisions(), info);
    }

    /** Judges the candidates' files on the latest part of the log. */
    public Evaluated evaluate(Trained trained, PolicyDocument inForce) {
        Optional<NightLearning.Candidate> champion = champion(inForce);
        NightLearning learning = night(() -> inForce);
        return new Evaluated(
                trained,
                trained.candidates().stream()
                        .map(file -> learning.judge(candidate(file), champion).evaluation())
                        .toList());
    }

    /**
     * Says whether a model may come into force, fits what may again on everything, and registers it with what was found
     * and why.
     *
     * @param sampleSizes whether smaller parts of the log are trained on as well, to show what more of it would be
     *     worth
     */
    public Gated gate(Evaluated evaluated, String runId, Instant at, PolicyDocument inForce, boolean sampleSizes) {
        Trained trained = evaluated.trained();
        Gate gate = new Gate();
        List<NightLearning.Judged> judged = evaluated.evaluations().stream()
                .map(found -> new NightLearning.Judged(
                        found.family(), candidate(file(trained, found)).document(), found, gate.judge(found)))
                .toList();
        Optional<NightLearning.Judged> passed = NightLearning.best(judged);
        NightLearning.Judged chosen = passed.orElseGet(() -> judged.get(0));
        ModelDocument document = passed.isPresent()
                ? night(() -> inForce).refit(chosen.family(), chosen.document(), trained.modelVersion(), trained.info())
                : chosen.document().named(trained.modelVersion());
        CandidateFile file = file(trained, chosen.evaluation());
        Metrics metrics = new Metrics(
                chosen.family(),
                CodeVersion.present(),
                trained.info(),
                file,
                chosen.verdict(),
                chosen.evaluation(),
                sampleSizes ? night(() -> inForce).bySampleSize(chosen, champion(inForce)) : List.of());
        String version = trained.modelVersion();
        ArtifactRef written = registry.register(
                version,
                runId,
                at,
                document.write(),
                ContractJson.bytes(metrics),
                Map.of(
                        "card.md",
                        ModelCard.of(document, metrics),
                        "report.html",
                        NightReport.of(document, metrics, history(version)),
                        FILE,
                        new String(ContractJson.bytes(evaluated.evaluations()), StandardCharsets.UTF_8)));
        if (!chosen.verdict().passed()) {
            registry.reject(version, runId, at, new String(ContractJson.bytes(metrics), StandardCharsets.UTF_8));
        }
        return new Gated(
                version,
                written.sha256(),
                file,
                chosen.verdict(),
                night(() -> inForce).findings(chosen.evaluation(), document));
    }

    /**
     * Judges a registered model under a policy, against the policy in force.
     *
     * @param proposed with which the model would be in force
     */
    public Evaluation evaluateModel(String modelVersion, PolicyDocument proposed, PolicyDocument inForce) {
        ModelDocument document = ModelDocument.read(lake.artifacts().read(registry.reference(modelVersion)));
        return night(() -> inForce).evaluate(document, family(modelVersion), proposed, champion(inForce));
    }

    /**
     * Judges what another program scored, by the router's own rules of ranking and exploration.
     *
     * @param scores with request_id, aggregator_id, fill, value_micros and answer_ms
     * @param name under which it is shown
     */
    public Evaluation evaluateScores(Dataset<Row> scores, String name, PolicyDocument inForce) {
        return night(() -> inForce).evaluateScores(Scores.of(scores), name, champion(inForce));
    }

    private String family(String modelVersion) {
        // Models from before there were families are of this one.
        return registry.metrics(modelVersion)
                .flatMap(Metrics::read)
                .map(Metrics::family)
                .orElse(LogisticFamily.PLAIN.code());
    }

    /** The model that a policy names, with its family; empty where it names none. */
    Optional<NightLearning.Candidate> champion(PolicyDocument policy) {
        if (policy.model() == null) {
            return Optional.empty();
        }
        ModelDocument document = ModelDocument.read(lake.artifacts().read(policy.model()));
        return Optional.of(new NightLearning.Candidate(family(document.modelVersion()), document));
    }

    private List<Metrics> history(String without) {
        return registry.read().list().stream()
                .map(Models.Model::modelVersion)
                .filter(version -> !version.equals(without))
                .flatMap(version -> registry.metrics(version).flatMap(Metrics::read).stream())
                .toList();
    }

    private static CandidateFile file(Trained trained, Evaluation found) {
        return trained.candidates().stream()
                .filter(file -> file.modelVersion().equals(found.modelVersion()))
                .findFirst()
                .orElseThrow();
    }

    private NightLearning.Candidate candidate(CandidateFile file) {
        return new NightLearning.Candidate(
                file.family(), ModelDocument.read(lake.artifacts().read(registry.reference(file.modelVersion()))));
    }

    private NightLearning night(Supplier<PolicyDocument> inForce) {
        if (night == null) {
            night = NightLearning.on(DecisionLog.of(events.get()), settings, inForce);
        }
        return night;
    }

    @Override
    public void close() {
        if (night != null) {
            night.close();
            night = null;
        }
    }
}
