package io.datastreamx.simulator.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.config.MlSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import io.datastreamx.ml.training.DecisionLog;
import io.datastreamx.ml.training.NightLearning;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.World;
import io.datastreamx.spark.SparkProfile;
import io.datastreamx.spark.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a night's learning takes over a long log. */
@Command(
        name = "training",
        mixinStandardHelpOptions = true,
        description =
                "Days of a world by the policy without a model, their decision log as a file, then one night over all of it: seconds of each step, as JSON.")
public final class TrainingMain implements Callable<Integer> {
    @Option(names = "--world", paramLabel = "NAME|FILE", defaultValue = World.DEMO, description = "(${DEFAULT-VALUE})")
    private String world;

    @Option(names = "--days", paramLabel = "D", defaultValue = "14", description = "(${DEFAULT-VALUE})")
    private int days;

    @Option(
            names = "--decisions",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Over all days (${DEFAULT-VALUE}).")
    private int decisions;

    @Option(
            names = "--nights",
            paramLabel = "N",
            defaultValue = "1",
            description = "Over the same log, one after the other; 0 makes the log only (${DEFAULT-VALUE}).")
    private int nights;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "(${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--log",
            required = true,
            paramLabel = "DIR",
            description = "The decision log; made where it is not there.")
    private Path log;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the figures to this file.")
    private Path out;

    private PolicyDocument inForce;

    public static void main(String[] args) {
        Application.run("training", application -> {
            application.stopInterruptsThisThread();
            return ExitCode.of(new CommandLine(new TrainingMain())
                    .setExecutionExceptionHandler((failure, command, parsed) -> application.failed(failure))
                    .execute(args));
        });
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = Settings.load();
        SparkProfile profile = SparkProfile.named(
                        "training", Runtime.getRuntime().availableProcessors())
                .byDefault("spark.log.level", "ERROR", "the figures are what people read");
        SparkSession spark = SparkSessions.open(settings, profile);
        try {
            List<String> files = days(spark, settings.ml());
            DecisionLog rows =
                    DecisionLog.ofRows(spark.read().schema(DecisionLog.SCHEMA).parquet(files.toArray(String[]::new)));
            ObjectNode figures = new ObjectMapper().createObjectNode();
            for (int night = 1; night <= nights; night++) {
                figures = night(rows, settings.ml());
            }
            String text = new ObjectMapper().writeValueAsString(figures) + "\n";
            if (out != null) {
                Files.writeString(out, text);
            }
            System.out.print(text);
        } finally {
            spark.stop();
        }
        return 0;
    }

    private List<String> days(SparkSession spark, MlSettings settings) throws IOException {
        World read = World.of(world);
        Nights unlearned = new Nights() {
            @Override
            public Exploration exploration() {
                return new Exploration(settings.explorationGamma(), settings.explorationFloor());
            }

            @Override
            public Optional<Learned> learn(int day, List<DecisionRow> rows, PolicyDocument policy) {
                inForce = policy;
                Path file = file(day);
                if (!Files.exists(file.resolve("_SUCCESS"))) {
                    DecisionLog.ofDecisions(spark, rows).rows().write().parquet(file.toString());
                }
                return Optional.empty();
            }

            @Override
            public void close() {}
        };
        Truth truth = Truth.of(read, seed, Lab.START);
        int perDay = decisions / days;
        List<String> files = new ArrayList<>();
        try (LabPolicy policy = new LearningPolicy(LearningPolicy.Kind.CHAIN, truth, unlearned, perDay);
                Lab lab = new Lab(read, seed, perDay, 2, Integer.MAX_VALUE, policy)) {
            for (int day = 1; day <= days; day++) {
                if (day == 1 || !Files.exists(file(day).resolve("_SUCCESS"))) {
                    lab.day(day);
                }
                files.add(file(day).toString());
            }
        }
        return files;
    }

    private Path file(int day) {
        return log.resolve("day-%02d".formatted(day)).toAbsolutePath();
    }

    private ObjectNode night(DecisionLog rows, MlSettings settings) {
        ObjectNode figures = new ObjectMapper().createObjectNode();
        TrainingInfo info = new TrainingInfo("lab", days, settings.seed(), "night", Lab.START.toString(), decisions);
        long begun = System.nanoTime();
        try (NightLearning night = NightLearning.on(rows, settings, () -> inForce)) {
            figures.put("decisions", night.decisions());
            long read = System.nanoTime();
            figures.put("log_s", (read - begun) / 1e9);
            List<NightLearning.Candidate> candidates = night.train("m", info);
            long trained = System.nanoTime();
            figures.put("train_s", (trained - read) / 1e9);
            NightLearning.Candidate first = candidates.get(0);
            NightLearning.Judged judged = night.judge(first, Optional.empty());
            long evaluated = System.nanoTime();
            figures.put("judge_s", (evaluated - trained) / 1e9);
            ModelDocument served = night.refit(first.family(), first.document(), "m", info);
            long refitted = System.nanoTime();
            figures.put("refit_s", (refitted - evaluated) / 1e9);
            night.findings(judged.evaluation(), served);
            figures.put("findings_s", (System.nanoTime() - refitted) / 1e9);
            figures.put("passed", judged.verdict().passed());
        }
        figures.put("all_s", (System.nanoTime() - begun) / 1e9);
        return figures;
    }
}
