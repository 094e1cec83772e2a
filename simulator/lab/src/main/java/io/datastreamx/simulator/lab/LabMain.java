package io.datastreamx.simulator.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.config.Settings;
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
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A world, a policy and its nights in one process, without Kafka. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description = {
            "Runs policies through days of a simulated world in one process: the routers' code decides, the nights' code learns, and the truth says what it was worth.",
            "Shares are of the chain oracle, which knows all chances; requests, their boxes and their fates are the same for every policy."
        })
public final class LabMain implements Callable<Integer> {
    private final Application application;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--world",
            paramLabel = "NAME|FILE",
            defaultValue = World.DEMO,
            description = "The world (${DEFAULT-VALUE}).")
    private String world;

    @Option(names = "--days", paramLabel = "D", required = true, description = "How many days.")
    private int days;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            split = ",",
            defaultValue = "chain",
            description =
                    "One or more of chain (as shipped), first (ranked by first attempts), greedy (explores nothing), uniform, waterfall, oracle, oracle-first, and vw:ALGORITHM[:OPTION=VALUE…][:nightly|:online] (${DEFAULT-VALUE}).")
    private List<String> policies;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of traffic, and of worlds that name none (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--requests-per-day",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Ad requests of a day (${DEFAULT-VALUE}).")
    private int requestsPerDay;

    @Option(
            names = "--judge-every",
            paramLabel = "N",
            defaultValue = "20",
            description = "Every so-many-th request is held against the oracles (${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "2",
            description = "Of the world and the policy (${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            defaultValue = "python3",
            description = "A Python that has vowpalwabbit, for vw:… (${DEFAULT-VALUE}).")
    private String python;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the result, as JSON, to this file.")
    private Path out;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    private SparkSession spark;

    private LabMain(Application application) {
        this.application = application;
    }

    public static void main(String[] args) {
        Application.run("lab", application -> {
            application.stopInterruptsThisThread();
            return ExitCode.of(new CommandLine(new LabMain(application))
                    .setExecutionExceptionHandler((failure, command, parsed) -> application.failed(failure))
                    .execute(args));
        });
    }

    @Override
    public Integer call() throws IOException {
        if (days < 1 || requestsPerDay < 1 || threads < 1 || every < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--days, --requests-per-day, --threads and --judge-every are 1 or more");
        }
        World read;
        try {
            read = World.of(world);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--world: " + e.getMessage(), e);
        }
        List<LabRun> runs = new ArrayList<>();
        try {
            for (String policy : policies) {
                runs.add(run(read, policy));
            }
        } finally {
            if (spark != null) {
                spark.stop();
            }
        }
        ObjectNode result = LabReport.json(read, seed, requestsPerDay, runs);
        if (out != null) {
            Files.createDirectories(out.toAbsolutePath().getParent());
            Path part = out.resolveSibling(out.getFileName() + ".part");
            Files.writeString(part, result + "\n");
            Files.move(part, out, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        spec.commandLine()
                .getOut()
                .print(json ? new ObjectMapper().writeValueAsString(result) + "\n" : LabReport.table(read, runs));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private LabRun run(World read, String name) throws IOException {
        Truth truth = Truth.of(read, seed, Lab.START);
        LabRun run = new LabRun(name);
        try (LabPolicy policy = policy(name, truth);
                Lab lab = new Lab(read, seed, requestsPerDay, threads, every, policy)) {
            for (int day = 1; day <= days && !application.stop().isRaised(); day++) {
                run.add(lab.day(day), lab.wakingNanos(), lab.outages());
                System.err.printf(
                        Locale.ROOT,
                        "%s %s day %d of %d: %.1f %% of the chain oracle, %,.0f requests/s, night %.1f s%n",
                        read.name(),
                        name,
                        day,
                        days,
                        100 * run.last().shareOfChain(),
                        requestsPerDay * 1e9 / lab.wakingNanos(),
                        lab.nightNanos() / 1e9);
            }
        }
        return run;
    }

    private LabPolicy policy(String name, Truth truth) throws IOException {
        if (name.startsWith("vw:")) {
            return new VwPolicy(name, truth, python, seed);
        }
        return switch (name) {
            case "uniform" -> FixedPolicies.uniform();
            case "waterfall" -> FixedPolicies.waterfall(truth);
            case "oracle" -> FixedPolicies.oracle(truth);
            case "oracle-first" -> FixedPolicies.firstOracle(truth);
            case "chain" -> learning(LearningPolicy.Kind.CHAIN, truth);
            case "first" -> learning(LearningPolicy.Kind.FIRST, truth);
            case "greedy" -> learning(LearningPolicy.Kind.GREEDY, truth);
            default ->
                throw new ParameterException(
                        spec.commandLine(),
                        "--policy " + name
                                + " is not known; there are chain, first, greedy, uniform, waterfall, oracle, oracle-first and vw:ALGORITHM");
        };
    }

    private LabPolicy learning(LearningPolicy.Kind kind, Truth truth) throws IOException {
        Settings settings = Settings.load();
        if (spark == null) {
            spark = SparkSessions.open(settings, profile(threads));
        }
        Path below = Files.createDirectories(Path.of(settings.home(), "lab"));
        return new LearningPolicy(
                kind,
                truth,
                new SparkNights(spark, settings.ml(), Files.createTempDirectory(below, "days-")),
                requestsPerDay);
    }

    static SparkProfile profile(int threads) {
        return SparkProfile.named("lab", threads)
                .onOneMachine("spark.sql.shuffle.partitions", "2", "days of a lab are small")
                .onOneMachine("spark.sql.codegen.wholeStage", "false", "its nights would compile longer than they run")
                .onOneMachine("spark.sql.codegen.factoryMode", "NO_CODEGEN", "the same for single expressions")
                .byDefault("spark.log.level", "ERROR", "the table is what people read");
    }
}
