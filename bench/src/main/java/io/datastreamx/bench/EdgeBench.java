package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.process.ExitCode;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.tokens.DeviceTokens;
import io.datastreamx.tokens.TokenKeyFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the edge adds to the way of a record into Kafka. */
@Command(
        name = "edge",
        mixinStandardHelpOptions = true,
        description = {
            "Requests with one record each at a steady rate, through the edge and, in turns, the same records straight to Kafka with the same acknowledgement."
                    + " Broker, edge and load share the machine.",
            "before_kafka_ms is what the edge says of itself: from the request's first byte until Kafka's client has the record. Times of whole requests run from when they were due."
        })
final class EdgeBench implements Callable<Integer> {
    private static final Duration START = Duration.ofMinutes(2);
    private static final int DEVICES = 500;

    @Option(names = "--rate", defaultValue = "2000", description = "Requests a second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(names = "--seconds", defaultValue = "20", description = "Of each round. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Of each way, after one to warm up. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--connections", defaultValue = "64", description = "Open at once. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(names = "--out", description = "Folder for edge.json. Default: none.")
    private Path out;

    private final EventWriter writer = new EventWriter("USD");
    private final List<double[]> through = new ArrayList<>();
    private final List<double[]> straight = new ArrayList<>();
    private final List<double[]> before = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Path home = Files.createTempDirectory("dsx-bench-edge");
        double busy;
        double edgeCpu;
        long peak;
        long began = System.nanoTime();
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(2);
            try (JavaProcess edge = edge(home, broker.bootstrapServers());
                    Producer<byte[], byte[]> producer = KafkaClients.plaintext(broker.bootstrapServers(), "bench")
                            .writer("straight", Duration.ofSeconds(30), Duration.ZERO)) {
                URI url = URI.create(edge.awaitLine("READY ", START).substring("READY ".length()));
                DeviceTokens keys =
                        new DeviceTokens(new TokenKeyFile(home.resolve("edge-keys.json")).loadOrCreate(Instant.now()));
                List<String> tokens = IntStream.range(0, DEVICES)
                        .mapToObj(device -> keys.sign("box-" + device, Instant.now(), Duration.ofHours(2)))
                        .toList();
                double busyBefore = Machine.busySeconds();
                for (int round = 0; round <= rounds; round++) {
                    throughEdge(url, tokens, round);
                    straightToKafka(producer, round);
                }
                busy = Machine.busySeconds() - busyBefore;
                edgeCpu = Machine.cpuSeconds(edge.pid());
                peak = Machine.peakMegabytes(edge.pid());
            }
        }
        Files.deleteIfExists(home.resolve("edge-keys.json"));
        Files.delete(home);
        double wall = (System.nanoTime() - began) / 1e9;
        ObjectNode figures = Machine.JSON.createObjectNode();
        figures.put("rate", rate).put("seconds", seconds).put("rounds", rounds).put("connections", connections);
        figures.set("before_kafka_ms", PacedCalls.figures(all(before)));
        figures.set("through_the_edge_ms", PacedCalls.figures(all(through)));
        figures.put("added_p50_ms", added(50)).put("added_p99_ms", added(99));
        figures.put("edge_cpu_seconds", edgeCpu).put("edge_peak_memory_mb", peak);
        figures.put("machine_busy_cores", Math.round(10 * busy / wall) / 10.0);
        ObjectNode peers = Machine.JSON.createObjectNode();
        peers.putObject("kafka").set("straight_ms", PacedCalls.figures(all(straight)));
        ObjectNode answer = Machine.answer("edge", figures, peers);
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("edge.json"), answer.toPrettyString() + "\n");
        }
        System.out.println(answer.toPrettyString());
        return ExitCode.OK.code();
    }

    private JavaProcess edge(Path home, String bootstrapServers) {
        return JavaProcess.start(new JavaProcess.Launch(
                "io.datastreamx.speed.edge.EdgeMain",
                Repository.runtimeClasspath("speed-layer/edge"),
                List.of("-Xmx256m", "-XX:+UseSerialGC"),
                Map.of(
                        "datastreamx.home",
                        home.toString(),
                        "datastreamx.kafka.bootstrap-servers",
                        bootstrapServers,
                        "datastreamx.edge.rate-per-device",
                        "1000000",
                        "datastreamx.edge.burst",
                        "1000000"),
                List.of()));
    }

    private void throughEdge(URI url, List<String> tokens, int round) throws Exception {
        List<EdgeClient> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            clients.add(new EdgeClient(url));
        }
        double[] timings = new double[rate * seconds];
        double[] took = new PacedCalls(connections).run(rate, seconds, (worker, number) -> {
            int device = (int) (number % DEVICES);
            timings[(int) number] = clients.get(worker).send(tokens.get(device), record("e" + round, device, number));
        });
        for (EdgeClient client : clients) {
            client.close();
        }
        Arrays.sort(timings);
        keep(round, through, took);
        keep(round, before, timings);
        say(
                "round %d through the edge: p50 %.2f, p99 %.2f ms; before Kafka p50 %.2f, p99 %.2f ms",
                round,
                PacedCalls.rank(took, 50),
                PacedCalls.rank(took, 99),
                PacedCalls.rank(timings, 50),
                PacedCalls.rank(timings, 99));
    }

    private void straightToKafka(Producer<byte[], byte[]> producer, int round) throws Exception {
        double[] took = new PacedCalls(connections).run(rate, seconds, (worker, number) -> {
            int device = (int) (number % DEVICES);
            producer.send(new ProducerRecord<>(
                            Topic.TUNING_EVENTS.topicName(),
                            ("box-" + device).getBytes(StandardCharsets.UTF_8),
                            record("k" + round, device, number).getBytes(StandardCharsets.UTF_8)))
                    .get();
        });
        keep(round, straight, took);
        say(
                "round %d straight to Kafka: p50 %.2f, p99 %.2f ms",
                round, PacedCalls.rank(took, 50), PacedCalls.rank(took, 99));
    }

    /** The round in which everything is compiled does not count. */
    private static void keep(int round, List<double[]> kept, double[] took) {
        if (round > 0) {
            kept.add(took);
        }
    }

    private String record(String run, int device, long number) {
        Context context = new Context("channel-" + number % 40, null, null, "north", "stb-x");
        return new String(
                writer.write(EventDraft.of(
                                EventType.TUNE_IN,
                                run + "-" + number,
                                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                                "box-" + device)
                        .with(context)),
                StandardCharsets.UTF_8);
    }

    private double added(int percent) {
        return Math.round(100 * (PacedCalls.rank(all(through), percent) - PacedCalls.rank(all(straight), percent)))
                / 100.0;
    }

    private static double[] all(List<double[]> rounds) {
        return rounds.stream().flatMapToDouble(DoubleStream::of).sorted().toArray();
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
