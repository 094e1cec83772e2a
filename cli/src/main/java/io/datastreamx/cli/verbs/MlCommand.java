package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Programs;
import io.datastreamx.lake.ModelRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "ml",
        mixinStandardHelpOptions = true,
        description = {
            "The data scientist's bench: train and judge models as a night does, and read its reports.",
            "Nothing here changes what is in force; that is what dsx model promote is for."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx ml train --seed 7",
            "  ./dsx ml evaluate MODEL",
            "  ./dsx ml evaluate --scores scores.csv",
            "  ./dsx ml what-if --gamma 200 --floor 0.01",
            "  ./dsx ml report MODEL --out report.html"
        })
final class MlCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** What of the log is read. */
    static final class Data {
        @Option(names = "--data", paramLabel = "VERSION", description = "Batch version (default: the one in force).")
        private String version;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "one of: train, evaluate, what-if, report");
    }

    @Command(
            name = "train",
            mixinStandardHelpOptions = true,
            description = {
                "Trains as a night does, judges by the latest part of the log, and registers the model with the verdict.",
                "The same batch version and seed give the same model."
            },
            footer = {"", "Example:  ./dsx ml train --seed 7 --name try-1 --curve"})
    int train(
            @Mixin HomeOptions homes,
            @Mixin Data data,
            @Option(names = "--seed", paramLabel = "N", description = "Of everything random (default: ml.seed).")
                    Long seed,
            @Option(names = "--name", paramLabel = "NAME", description = "Of the model (default: the time).")
                    String name,
            @Option(
                            names = "--curve",
                            description =
                                    "Train on an eighth, a quarter and half of the log as well, which takes three times as long again; the report shows what more of it is worth.")
                    boolean curve,
            @Option(names = "--json", description = "Print JSON.") boolean json)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of("train"));
        add(arguments, "--data", data.version);
        add(arguments, "--seed", seed);
        add(arguments, "--name", name);
        if (curve) {
            arguments.add("--curve");
        }
        return run(homes, arguments, json);
    }

    @Command(
            name = "evaluate",
            mixinStandardHelpOptions = true,
            description = {
                "Judges a model, or a file of scores that any program wrote, against the policy in force.",
                "The file is CSV with a header: request_id, aggregator_id, fill, value_micros, answer_ms."
            },
            footer = {"", "Example:  ./dsx ml evaluate --scores scores.csv"})
    int evaluate(
            @Mixin HomeOptions homes,
            @Parameters(arity = "0..1", paramLabel = "MODEL", description = "As dsx model list names it.") String model,
            @Option(names = "--scores", paramLabel = "FILE", description = "CSV of scores.") Path scores,
            @Mixin Data data,
            @Option(names = "--json", description = "Print JSON.") boolean json)
            throws Exception {
        if ((model == null) == (scores == null)) {
            throw new ParameterException(spec.commandLine(), "either a MODEL or --scores FILE");
        }
        if (scores != null && !Files.isReadable(scores)) {
            throw new CliException("there is no file " + scores + " that can be read");
        }
        List<String> arguments = new ArrayList<>(List.of("evaluate"));
        if (model != null) {
            arguments.add(model);
        }
        add(
                arguments,
                "--scores",
                scores == null ? null : scores.toAbsolutePath().toUri());
        add(arguments, "--data", data.version);
        return run(homes, arguments, json);
    }

    @Command(
            name = "what-if",
            mixinStandardHelpOptions = true,
            description = "What a model would earn with other exploration than the policy in force has.",
            footer = {"", "Example:  ./dsx ml what-if --gamma 200 --floor 0.01"})
    int whatIf(
            @Mixin HomeOptions homes,
            @Option(names = "--gamma", paramLabel = "G", description = "How strongly better aggregators are preferred.")
                    Double gamma,
            @Option(names = "--floor", paramLabel = "F", description = "Least probability of each aggregator.")
                    Double floor,
            @Option(names = "--model", paramLabel = "MODEL", description = "Default: the one in force.") String model,
            @Mixin Data data,
            @Option(names = "--json", description = "Print JSON.") boolean json)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of("what-if"));
        add(arguments, "--gamma", gamma);
        add(arguments, "--floor", floor);
        add(arguments, "--model", model);
        add(arguments, "--data", data.version);
        return run(homes, arguments, json);
    }

    @Command(
            name = "report",
            mixinStandardHelpOptions = true,
            description = "Writes the report of a model, one HTML page that needs nothing besides itself.",
            footer = {"", "Example:  ./dsx ml report MODEL --out report.html"})
    void report(
            @Mixin HomeOptions homes,
            @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Default: the latest.") String model,
            @Option(names = "--out", paramLabel = "FILE", description = "Default: MODEL.html.") Path out)
            throws IOException {
        ModelRegistry registry = homes.lake().models();
        String version = model != null
                ? model
                : registry.read().list().stream()
                        .reduce((first, last) -> last)
                        .orElseThrow(() -> new CliException("no model has been trained yet"))
                        .modelVersion();
        String page = registry.text(version, "report.html")
                .orElseThrow(() ->
                        new CliException("model " + version + " has no report; dsx model list shows those there are"));
        Path file = out != null ? out : Path.of(version + ".html");
        Files.writeString(file, page);
        PrintWriter printed = spec.commandLine().getOut();
        printed.println(file.toAbsolutePath());
        printed.flush();
    }

    private static void add(List<String> arguments, String name, Object value) {
        if (value != null) {
            arguments.addAll(List.of(name, value.toString()));
        }
    }

    private static int run(HomeOptions homes, List<String> arguments, boolean json) throws Exception {
        if (json) {
            arguments.add("--json");
        }
        return new Programs(homes.home(), homes.running(), Programs.Life.SHORT)
                .ml(arguments)
                .process()
                .inheritIO()
                .start()
                .waitFor();
    }
}
