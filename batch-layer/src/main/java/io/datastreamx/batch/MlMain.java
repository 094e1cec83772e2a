package io.datastreamx.batch;

import io.datastreamx.config.MlSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.night.RunId;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyInForce;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LakeAccess;
import io.datastreamx.lake.Versions;
import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Estimator;
import io.datastreamx.ml.policy.TrainingInfo;
import io.datastreamx.ml.training.Evaluation;
import io.datastreamx.ml.training.Learning;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The data scientist's commands that need Spark. They read a batch version and write models; none changes what is in
 * force.
 */
@Command(
        name = "ml",
        mixinStandardHelpOptions = true,
        description = "Trains and judges models; changes nothing that is in force.")
public final class MlMain {
    public static void main(String[] args) {
        Application.run(
                "ml",
                application -> ExitCode.of(new CommandLine(new MlMain())
                        .setExecutionExceptionHandler((failure, command, parsed) -> application.failed(failure))
                        .execute(args)));
    }

    /** What of the log is read. */
    static final class Data {
        @Option(
                names = "--data",
                paramLabel = "VERSION",
                description =
                        "Batch version to learn from (default: the one in force). A model says by which it was made.")
        private String version;

        Versions.Entry entry(Lake lake) {
            Versions versions = lake.versions().read();
            return version == null
                    ? versions.inForce()
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "no batch version is in force yet; `dsx batch` makes one"))
                    : versions.entries().stream()
                            .filter(entry -> entry.version().equals(version))
                            .reduce((first, last) -> last)
                            .orElseThrow(() -> new IllegalArgumentException("there is no batch version " + version));
        }
    }

    @Command(
            name = "train",
            mixinStandardHelpOptions = true,
            description = {
                "Trains as a night does, judges by the latest part of the log, and registers the model with the verdict.",
                "It comes into force by `dsx model promote` alone."
            })
    int train(
            @CommandLine.Mixin Data data,
            @Option(names = "--seed", paramLabel = "N", description = "Of everything random (default: ml.seed).")
                    Long seed,
            @Option(names = "--name", paramLabel = "NAME", description = "Of the model (default: the time).")
                    String name,
            @Option(
                            names = "--curve",
                            description =
                                    "Train on an eighth, a quarter and half of it too; the report shows the curve.")
                    boolean curve,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        return with(seed, place -> {
            Versions.Entry entry = data.entry(place.lake());
            Instant now = Instant.now();
            String run = name == null ? RunId.at(now).value() : RunId.of(name).value();
            try (Learning learning = place.learning(entry)) {
                PolicyDocument policy = place.policy();
                TrainingInfo info = new TrainingInfo(
                        entry.version(), entry.cut(), place.ml().seed(), "manual", now.toString(), 0);
                Learning.Evaluated evaluated =
                        learning.evaluate(learning.train("x-" + run, info, () -> policy), policy);
                Learning.Gated gated = learning.gate(evaluated, "manual", now, policy, curve);
                if (json) {
                    print(gated);
                    return 0;
                }
                evaluated.evaluations().forEach(MlMain::show);
                System.out.println(
                        gated.verdict().passed()
                                ? "passed the gate: `dsx model promote " + gated.modelVersion()
                                        + "` brings it into force"
                                : "refused by the gate:");
                gated.verdict().reasons().forEach(reason -> System.out.println("  - " + reason));
                System.out.println("report: `dsx ml report " + gated.modelVersion() + "`");
                return 0;
            }
        });
    }

    @Command(
            name = "evaluate",
            mixinStandardHelpOptions = true,
            description = {
                "Judges a registered model, or a file of scores that any program wrote, on the latest part of the log against the policy in force.",
                "A file of scores is CSV with a header: request_id, aggregator_id, fill (probability of a fill within the time), value_micros (expected earnings of a fill, CPM",
                "micro-units), answer_ms. It has every candidate of the requests that it speaks of; others are not judged."
            })
    int evaluate(
            @CommandLine.Mixin Data data,
            @Parameters(arity = "0..1", paramLabel = "MODEL", description = "As dsx model list names it.") String model,
            @Option(names = "--scores", paramLabel = "FILE", description = "CSV of scores.") String scores,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        if ((model == null) == (scores == null)) {
            throw new IllegalArgumentException("either a MODEL or --scores FILE");
        }
        return with(null, place -> {
            try (Learning learning = place.learning(data.entry(place.lake()))) {
                PolicyDocument policy = place.policy();
                Evaluation found = scores == null
                        ? learning.evaluateModel(model, policy, policy)
                        : learning.evaluateScores(
                                place.spark().read().option("header", "true").csv(scores), scores, policy);
                show(found, json);
                return 0;
            }
        });
    }

    @Command(
            name = "what-if",
            mixinStandardHelpOptions = true,
            description = "What a model would earn with other exploration than the policy in force has.")
    int whatIf(
            @CommandLine.Mixin Data data,
            @Option(names = "--gamma", paramLabel = "G", description = "How strongly better aggregators are preferred.")
                    Double gamma,
            @Option(names = "--floor", paramLabel = "F", description = "Least probability of each.") Double floor,
            @Option(names = "--model", paramLabel = "MODEL", description = "Another model than the one in force.")
                    String model,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        return with(null, place -> {
            try (Learning learning = place.learning(data.entry(place.lake()))) {
                PolicyDocument policy = place.policy();
                Exploration now = policy.exploration();
                Exploration other =
                        new Exploration(gamma == null ? now.gamma() : gamma, floor == null ? now.floor() : floor);
                PolicyDocument changed =
                        policy.learned("what-if", other, policy.probeShare(), policy.findings(), policy.model());
                String name = model != null
                        ? model
                        : policy.model() == null ? null : policy.model().version();
                if (name == null) {
                    throw new IllegalArgumentException("no model is in force; name one with --model");
                }
                show(learning.evaluateModel(name, changed, policy), json);
                return 0;
            }
        });
    }

    @FunctionalInterface
    private interface Work {
        int run(Place place);
    }

    /** Where a command works. */
    private record Place(Settings settings, MlSettings ml, Lake lake, PolicyTopic topic, SparkSession spark) {
        Learning learning(Versions.Entry entry) {
            return new Learning(lake, ml, () -> LearnedEvents.of(spark, settings, lake, entry.cut(), entry.tables()));
        }

        PolicyDocument policy() {
            return topic.inForce()
                    .map(PolicyInForce::document)
                    .orElseThrow(() -> new IllegalStateException("no policy is in force yet"));
        }
    }

    private static int with(Long seed, Work work) {
        Settings settings = Settings.load();
        MlSettings ml = seed == null ? settings.ml() : settings.ml().seeded(seed);
        Lake lake = Lake.of(settings);
        LakeAccess.require(lake, settings);
        PolicyTopic topic = new PolicyTopic(lake, KafkaClients.of(settings.kafka(), "ml"));
        SparkSession spark = BatchSession.start(settings);
        try {
            return work.run(new Place(settings, ml, lake, topic, spark));
        } finally {
            spark.stop();
        }
    }

    private static void show(Evaluation found, boolean json) {
        if (json) {
            print(found);
        } else {
            show(found);
        }
    }

    private static void show(Evaluation found) {
        Estimate difference = Evaluation.by(Estimator.DR, found.difference());
        Estimate candidate = Evaluation.by(Estimator.DR, found.candidate());
        Estimate inForce = Evaluation.by(Estimator.DR, found.inForce());
        System.out.printf(
                Locale.ROOT,
                "%s (%s) on %,d held-out decisions, micro-units per thousand requests:%n  would earn %,.0f, the policy in force %,.0f; difference %+,.0f, between %+,.0f and %+,.0f%n",
                found.modelVersion(),
                found.family(),
                found.decisions(),
                candidate.value(),
                inForce.value(),
                difference.value(),
                difference.low(),
                difference.high());
        found.untrusted().forEach(reason -> System.out.println("  " + reason));
    }

    private static void print(Object result) {
        System.out.println(new String(ContractJson.bytes(result), StandardCharsets.UTF_8));
    }
}
