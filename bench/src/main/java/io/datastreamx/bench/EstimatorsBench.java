package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.ml.evaluation.Estimates;
import io.datastreamx.ml.evaluation.Estimator;
import io.datastreamx.ml.evaluation.Step;
import io.datastreamx.ml.evaluation.Term;
import io.datastreamx.process.ExitCode;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Off-policy estimators beside those of the Open Bandit Pipeline, on the logs of its own examples. */
@Command(
        name = "estimators",
        mixinStandardHelpOptions = true,
        description = {
            "How far off-policy estimates are from the truth on two examples of the Open Bandit Pipeline (digits as a bandit; 10,000 synthetic rows, 30 arms), by the pipeline"
                    + " (obp 0.5.7) and by ours, on the very same logs. It fails where both differ by more than 1e-9.",
            "The pipeline is installed once from Python's package index, which takes some minutes; it wants Python 3.11."
        },
        footer = {"", "Example:  ./dsx bench estimators --runs 20 --out estimators.json"})
final class EstimatorsBench implements Callable<Integer> {
    private static final List<String> PROBLEMS = List.of("multiclass", "synthetic");
    /** Largest ratio that switch-DR believes, there and here. */
    private static final double SWITCH_AT = 20;
    /** Of estimates that lie between 0 and 1: the same formula, added up in another order. */
    private static final double SAME = 1e-9;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "20",
            description = "Of each problem (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the figures there too.")
    private Path out;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path peer = Repository.root().resolve("bench/peers/obp");
        String python = PeerProgram.python("obp", "--ignore-requires-python", "--no-binary", "obp");
        ObjectNode figures = Machine.JSON.createObjectNode().put("runs", runs);
        String version = "";
        double apart = 0;
        for (String problem : PROBLEMS) {
            Path logs = Files.createTempDirectory("dsx-bench");
            try {
                List<String> command = List.of(
                        python,
                        peer.resolve("estimators.py").toString(),
                        problem,
                        Integer.toString(runs),
                        logs.toString());
                Map<Estimator, Compared> found = new EnumMap<>(Estimator.class);
                for (String line : PeerProgram.output(command, "").strip().split("\n")) {
                    JsonNode theirs = Machine.JSON.readTree(line);
                    version = theirs.path("version").asText();
                    List<Term> terms = terms(logs.resolve(theirs.path("run").asInt() + ".csv"));
                    for (Estimator estimator : Estimator.values()) {
                        found.computeIfAbsent(estimator, e -> new Compared())
                                .add(
                                        Estimates.of(estimator, terms).value(),
                                        theirs.path("values")
                                                .path(estimator.name())
                                                .asDouble(),
                                        theirs.path("truth").asDouble());
                    }
                }
                ObjectNode rows = figures.putObject(problem);
                found.forEach((estimator, compared) -> compared.write(rows.putObject(estimator.name())));
                apart = Math.max(
                        apart,
                        found.values().stream().mapToDouble(c -> c.apart).max().orElse(0));
            } finally {
                delete(logs);
            }
        }
        figures.put("largest_difference", apart);
        ObjectNode answer = Machine.answer(
                "estimators", figures, Machine.JSON.createObjectNode().put("obp", version));
        if (out != null) {
            Files.writeString(out, answer.toPrettyString() + "\n");
        }
        System.out.println(answer.toPrettyString());
        return (apart <= SAME ? ExitCode.OK : ExitCode.FAILED).code();
    }

    /** Estimates of one kind, over the runs. */
    private static final class Compared {
        private final List<Double> ours = new ArrayList<>();
        private final List<Double> theirs = new ArrayList<>();
        private double apart;

        void add(double our, double their, double truth) {
            ours.add(Math.abs(our - truth) / truth);
            theirs.add(Math.abs(their - truth) / truth);
            apart = Math.max(apart, Math.abs(our - their));
        }

        void write(ObjectNode row) {
            row.put("relative_error", mean(ours))
                    .put("obp_relative_error", mean(theirs))
                    .put("largest_difference", apart);
        }

        private static double mean(List<Double> errors) {
            return errors.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        }
    }

    private static List<Term> terms(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(line -> {
                        double[] cells = Arrays.stream(line.split(","))
                                .mapToDouble(Double::parseDouble)
                                .toArray();
                        return Term.of(new Step(cells[0], cells[1], cells[2], cells[3]), SWITCH_AT);
                    })
                    .toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
