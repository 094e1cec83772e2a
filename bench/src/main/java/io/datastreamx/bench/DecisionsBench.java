package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.process.ExitCode;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The same decisions by routers and by their peers. */
@Command(
        name = "decisions",
        mixinStandardHelpOptions = true,
        description = {
            "How long a decision takes, from the append of the request to that of its first decision by the broker's clock: one router, two that are staggered,"
                    + " a plain loop of Kafka's clients, Kafka Streams, Flink and Spark's micro-batches.",
            "All read the same bytes and decide by the same code, among twelve aggregators with a model; one after the other, each in JVMs of its own on a broker of"
                    + " its own. Load begins when they say that they are ready."
        })
final class DecisionsBench implements Callable<Integer> {
    private static final Duration START = Duration.ofMinutes(3);
    private static final int SETTLE_SECONDS = 15;
    /** Around a checkpoint, which is not said to the millisecond. */
    private static final long AROUND_MS = 1_000;

    @Option(names = "--rate", defaultValue = "10000", description = "Requests a second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(names = "--seconds", defaultValue = "120", description = "Load for each. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--first",
            defaultValue = "5",
            description = "The first so many seconds are told apart. Default: ${DEFAULT-VALUE}.")
    private int first;

    @Option(names = "--who", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Decider> who = List.of(Decider.values());

    @Option(names = "--out", description = "Folder for decisions.json. Default: none.")
    private Path out;

    @Override
    public Integer call() throws Exception {
        ObjectNode figures = Machine.JSON.createObjectNode();
        ObjectNode peers = Machine.JSON.createObjectNode();
        for (Decider decider : who) {
            ObjectNode found = run(decider);
            (decider.isPeer() ? peers : figures).set(decider.id(), found);
            System.err.printf("bench: %s: %s%n", decider.id(), found);
        }
        figures.put("rate", rate).put("seconds", seconds);
        ObjectNode answer = Machine.answer("decisions", figures, peers);
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("decisions.json"), answer.toPrettyString() + "\n");
        }
        System.out.println(answer.toPrettyString());
        return ExitCode.OK.code();
    }

    private ObjectNode run(Decider decider) throws Exception {
        Path home = Files.createTempDirectory("dsx-bench");
        List<JavaProcess> processes = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(2);
            DecidingPolicy policy = DecidingPolicy.install(broker.bootstrapServers(), home);
            settle(broker.bootstrapServers(), home, policy);
            long began = System.nanoTime();
            processes.addAll(decider.start(broker.bootstrapServers(), home, policy));
            processes.forEach(process -> process.awaitLine("READY", START));
            double start = (System.nanoTime() - began) / 1e9;
            try (DecisionLoad load = new DecisionLoad(broker.bootstrapServers(), rate, seconds)) {
                double busy = Machine.busySeconds();
                double[] cpu = cpu(processes);
                load.run();
                return figures(
                        decider, home, load, start, sum(cpu(processes)) - sum(cpu), Machine.busySeconds() - busy);
            }
        } finally {
            processes.forEach(JavaProcess::close);
            delete(home);
        }
    }

    /** A stack's broker has been at work for long; this one, and this program, are new. */
    private void settle(String bootstrapServers, Path home, DecidingPolicy policy) throws InterruptedException {
        List<JavaProcess> first = Decider.PLAIN_LOOP.start(bootstrapServers, home, policy);
        try (DecisionLoad load = new DecisionLoad(bootstrapServers, rate, SETTLE_SECONDS)) {
            first.forEach(process -> process.awaitLine("READY", START));
            load.run();
        } finally {
            first.forEach(JavaProcess::close);
        }
    }

    private ObjectNode figures(
            Decider decider, Path home, DecisionLoad load, double start, double cpu, double machine) {
        ObjectNode figures = Machine.JSON.createObjectNode();
        figures.put("ready_after_s", Math.round(start * 10) / 10.0);
        figures.set("first_seconds", load.times(0, first, ms -> false).figures());
        figures.set("after", load.times(first, seconds, ms -> false).figures());
        List<Long> checkpoints = decider.checkpoints(home).stream()
                .flatMap(DecisionsBench::commits)
                .sorted()
                .toList();
        if (!checkpoints.isEmpty()) {
            figures.set(
                    "between_checkpoints",
                    load.times(first, seconds, ms -> checkpoints.stream().anyMatch(at -> Math.abs(at - ms) < AROUND_MS))
                            .figures());
            ArrayNode each = figures.putArray("max_ms_around_checkpoints");
            checkpoints.forEach(at -> {
                ObjectNode around = load.times(first, seconds, ms -> Math.abs(at - ms) >= AROUND_MS)
                        .figures();
                if (around.path("requests").asInt() > 0) {
                    each.add(around.path("max_ms").asInt());
                }
            });
        }
        figures.put("cpu_seconds", Math.round(cpu * 10) / 10.0);
        figures.put(
                "machine_busy_share",
                Math.round(100 * machine / seconds / Runtime.getRuntime().availableProcessors()) / 100.0);
        return figures;
    }

    /** When each batch was committed, ms. */
    private static Stream<Long> commits(Path checkpoint) {
        try (Stream<Path> files = Files.list(checkpoint.resolve("commits"))) {
            return files
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .map(file -> file.toFile().lastModified())
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] cpu(List<JavaProcess> processes) {
        return processes.stream()
                .mapToDouble(process -> Machine.cpuSeconds(process.pid()))
                .toArray();
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
