package io.datastreamx.ml.training;

import io.datastreamx.config.MlSettings;
import io.datastreamx.contract.policy.CapPlan;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Estimator;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import io.datastreamx.ml.training.caps.CapPlanner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a night learns from a decision log, without a lake and without Kafka: of each family a model is trained on the
 * earlier part of the window and judged on the latest; what passes the gate and earns most is fitted again on all of
 * the window, and that is what may be served.
 */
public final class NightLearning implements AutoCloseable {
    /** Clocks may differ so much. */
    private static final Duration CLOCKS = Duration.ofHours(1);

    /** Decisions of a day on which its caps are planned. */
    private static final long CAP_SAMPLE = 5_000;

    /** Of what is trained on, for a learning curve; all of it is the candidate itself. */
    private static final List<Double> PARTS_OF_TRAINING = List.of(0.125, 0.25, 0.5);

    private final MlSettings settings;
    private final PolicyDocument inForce;
    private final LearningWindow window;

    /**
     * A model that was trained on the earlier part of the window.
     *
     * @param family how
     */
    public record Candidate(String family, ModelDocument document) {}

    /**
     * A candidate with what was found.
     *
     * @param family how it learns
     */
    public record Judged(String family, ModelDocument document, Evaluation evaluation, Verdict verdict) {}

    /**
     * What a whole night comes to.
     *
     * @param judged all candidates; not empty
     * @param served fitted on everything; empty where the gate let none pass
     * @param findings for the policy document
     */
    public record Learned(
            List<Judged> judged, Optional<Judged> passed, Optional<ModelDocument> served, Findings findings) {}

    private NightLearning(MlSettings settings, PolicyDocument inForce, LearningWindow window) {
        this.settings = settings;
        this.inForce = inForce;
        this.window = window;
    }

    /**
     * @param inForce the policy in force, asked for once the log is long enough: its aggregators' terms, and what a
     *     candidate is compared with
     * @throws TooLittleEvidence where the log is too short, naming how much there is and how much is wanted
     * @throws LogRefused where it holds what cannot be, naming row and column
     */
    public static NightLearning on(DecisionLog log, MlSettings settings, Supplier<PolicyDocument> inForce) {
        DecisionLog kept = log.kept();
        LearningWindow window;
        try {
            window = LearningWindow.of(
                            kept.requirePlausible(CLOCKS),
                            Duration.ofDays(settings.historyDays()),
                            settings.halfLife(),
                            settings.calibrationShare(),
                            settings.holdoutShare())
                    .kept();
        } finally {
            kept.release();
        }
        long wanted = Math.max(1, settings.minResponses());
        if (window.rows() < wanted) {
            window.release();
            throw new TooLittleEvidence("%,d matured decisions, at least %,d wanted".formatted(window.rows(), wanted));
        }
        return new NightLearning(settings, inForce.get(), window);
    }

    /** A whole night in one call, as a lab has it. */
    public static Learned learn(
            DecisionLog log,
            MlSettings settings,
            PolicyDocument inForce,
            Optional<Candidate> champion,
            String version,
            TrainingInfo info) {
        try (NightLearning night = on(log, settings, () -> inForce)) {
            List<Judged> judged = night.train(version, info).stream()
                    .map(candidate -> night.judge(candidate, champion))
                    .toList();
            Optional<Judged> passed = best(judged);
            Optional<ModelDocument> served =
                    passed.map(best -> night.refit(best.family(), best.document(), version, info));
            Judged chosen = passed.orElse(judged.get(0));
            return new Learned(
                    judged, passed, served, night.findings(chosen.evaluation(), served.orElse(chosen.document())));
        }
    }

    /** Matured decisions of the window. */
    public long decisions() {
        return window.rows();
    }

    /** One model of each family; versions are the night's with the family behind a dot. */
    public List<Candidate> train(String version, TrainingInfo info) {
        List<Candidate> candidates = new ArrayList<>();
        for (String code : settings.families()) {
            candidates.add(new Candidate(
                    code,
                    new ModelTrainer(window, inForce, settings.seed())
                            .toBeJudged(Families.of(code), version + "." + code, info)));
        }
        return candidates;
    }

    /** @param champion the model in force, which the policy in force names; empty where it names none */
    public Judged judge(Candidate candidate, Optional<Candidate> champion) {
        Evaluation found = evaluate(candidate.document(), candidate.family(), inForce, champion);
        return new Judged(candidate.family(), candidate.document(), found, new Gate().judge(found));
    }

    /**
     * What more of the log would be worth: models that are trained on an eighth, a quarter, half and all of what the
     * candidate was trained on, each judged on the decisions that judged it. Three more trainings.
     */
    public List<SampleSize> bySampleSize(Judged whole, Optional<Candidate> champion) {
        List<SampleSize> sizes = new ArrayList<>();
        for (double share : PARTS_OF_TRAINING) {
            LearningWindow part = window.thinned(share);
            ModelDocument smaller = new ModelTrainer(part, inForce, settings.seed())
                    .toBeJudged(
                            Families.of(whole.family()),
                            whole.document().modelVersion() + "." + share,
                            whole.document().training());
            sizes.add(size(share, part, evaluate(smaller, whole.family(), inForce, champion)));
        }
        sizes.add(size(1, window, whole.evaluation()));
        return sizes;
    }

    private static SampleSize size(double share, LearningWindow trained, Evaluation found) {
        return new SampleSize(
                share,
                trained.decisions(LearningWindow.TRAIN).count(),
                found.fill(),
                Evaluation.by(Estimator.DR, found.candidate()));
    }

    /** @param proposed the policy with which the model would be in force */
    Evaluation evaluate(ModelDocument document, String family, PolicyDocument proposed, Optional<Candidate> champion) {
        return judge(champion).of(document, family, proposed);
    }

    Evaluation evaluateScores(Dataset<Row> scores, String name, Optional<Candidate> champion) {
        return judge(champion).ofScores(scores, name);
    }

    private Judge judge(Optional<Candidate> champion) {
        Judge.Champion model = champion.map(known -> new Judge.Champion(known.document(), known.family()))
                .orElse(Judge.Champion.NONE);
        return new Judge(window, inForce, model, settings.seed());
    }

    /** Of those that passed, the one that is sure to earn most against what is in force. */
    public static Optional<Judged> best(List<Judged> judged) {
        return judged.stream().filter(one -> one.verdict().passed()).max(Comparator.comparingDouble(one -> {
            Estimate difference = Evaluation.by(Estimator.DR, one.evaluation().difference());
            return difference.low();
        }));
    }

    /** Fits a family again, on everything in the window. */
    public ModelDocument refit(String family, ModelDocument judged, String version, TrainingInfo info) {
        return new ModelTrainer(window, inForce, settings.seed())
                .onEverything(Families.of(family), judged, version, info);
    }

    /**
     * What promotion writes beside the model: how caps would best have been spent on the last day among it.
     *
     * @param model that would be in force
     */
    public Findings findings(Evaluation evaluation, ModelDocument model) {
        Map<String, CapPlan> plans = Map.of();
        if (inForce.aggregators().stream().anyMatch(terms -> terms.dailyCap() > 0)) {
            Dataset<Row> day = window.latest();
            long requests = day.count();
            long each = Math.max(1, requests / CAP_SAMPLE);
            List<DecisionRow> sample =
                    day.where("pmod(xxhash64(request_id), " + each + ") = 0").collectAsList().stream()
                            .map(DecisionLog::decision)
                            .toList();
            plans = CapPlanner.plan(
                    sample,
                    requests / (double) Math.max(1, sample.size()),
                    new LogisticScorer(model),
                    inForce.aggregators());
        }
        return new Findings(evaluation.measuredEcpmMicros(), evaluation.evidence(), plans);
    }

    @Override
    public void close() {
        window.release();
    }
}
