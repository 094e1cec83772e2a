package io.datastreamx.speed.edge;

import static io.datastreamx.speed.edge.EdgeFixture.properties;
import static io.datastreamx.speed.edge.EdgeFixture.tuneIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.verification.Recount;
import io.datastreamx.verification.Totals;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The edge as a process of its own, killed and left without Kafka. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class EdgeMainTest {
    private static final int BOXES = 6;
    private static final int BATCH = 5;
    private static final Duration START = Duration.ofMinutes(4);

    @TempDir
    Path home;

    /**
     * What a box was told to be taken is in the log, and counts once though the box has repeated what it was not told.
     */
    @Test
    void killedUnderLoadItLosesNothingThatItHasAcknowledged() throws Exception {
        int port = freePort();
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(2);
            Map<String, String> settings = properties(
                    broker.bootstrapServers(),
                    home,
                    Map.of(
                            "datastreamx.edge.port",
                            Integer.toString(port),
                            "datastreamx.edge.rate-per-device",
                            "1000000"));
            JavaProcess edge = start(settings);
            Boxes boxes = new Boxes("http://127.0.0.1:" + port, home.resolve("edge-keys.json"));
            boxes.start();
            try {
                for (int kill = 0; kill < 3; kill++) {
                    Thread.sleep(1_500);
                    int before = boxes.acknowledged.size();
                    edge.close();
                    edge = start(settings);
                    while (boxes.acknowledged.size() < before + BOXES * BATCH) {
                        Thread.sleep(20);
                    }
                }
                boxes.finish();
                assertThat(boxes.repeated.get())
                        .as("requests that a kill has cut off")
                        .isPositive();
                assertThat(edge.terminate()).isZero();
            } finally {
                edge.close();
            }
            assertCountedOnce(broker.bootstrapServers(), boxes.acknowledged);
        }
    }

    private static void assertCountedOnce(String bootstrapServers, Set<String> acknowledged) {
        KafkaClients kafka = KafkaClients.plaintext(bootstrapServers, "test");
        Set<String> logged = EdgeFixture.log(kafka, Topic.TUNING_EVENTS).stream()
                .map(record -> record.replaceAll("(?s).*\"event_id\":\"([^\"]*)\".*", "$1"))
                .collect(Collectors.toSet());
        assertThat(logged).containsExactlyInAnyOrderElementsOf(acknowledged);
        try (Recount recount = Recount.start(bootstrapServers, "USD", Duration.ofHours(2), Duration.ofSeconds(20))) {
            Totals totals = recount.upTo(ends(kafka));
            assertThat(totals.grand()).containsEntry("tune_ins", (long) acknowledged.size());
            assertThat(totals.malformed()).isZero();
        }
    }

    private static Map<String, Long> ends(KafkaClients kafka) {
        String[] topics = List.of(Topic.values()).stream().map(Topic::topicName).toArray(String[]::new);
        try (Consumer<byte[], byte[]> consumer = kafka.reader("ends", topics)) {
            return consumer.endOffsets(consumer.assignment()).entrySet().stream()
                    .collect(Collectors.toMap(end -> end.getKey().toString(), Map.Entry::getValue));
        }
    }

    /** Boxes that send batch after batch, each again until it is acknowledged. */
    private static final class Boxes {
        final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        final AtomicInteger repeated = new AtomicInteger();
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final URI events;
        private final Path keys;
        private final List<Thread> threads;
        private volatile boolean finishing;

        Boxes(String edge, Path keys) {
            events = URI.create(edge + "/v1/events");
            this.keys = keys;
            threads = IntStream.range(0, BOXES)
                    .mapToObj(i -> new Thread(() -> run("box-" + i), "box-" + i))
                    .toList();
        }

        void start() {
            threads.forEach(Thread::start);
        }

        void finish() throws InterruptedException {
            finishing = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private void run(String device) {
            String token = EdgeFixture.token(keys, device);
            for (int batch = 0; !finishing; batch++) {
                String prefix = device + "-" + batch + "-";
                List<String> ids =
                        IntStream.range(0, BATCH).mapToObj(i -> prefix + i).toList();
                String body = ids.stream().map(id -> tuneIn(id, device)).collect(Collectors.joining(",", "[", "]"));
                while (!isAcknowledged(token, body)) {
                    repeated.incrementAndGet();
                    pause();
                }
                acknowledged.addAll(ids);
            }
        }

        private boolean isAcknowledged(String token, String body) {
            try {
                return http.send(
                                        HttpRequest.newBuilder(events)
                                                .timeout(Duration.ofSeconds(10))
                                                .header("Authorization", "Bearer " + token)
                                                .header("Content-Type", "application/json")
                                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void pause() {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Kafka gone: nothing is acknowledged, what waits is bounded, and boxes are told when to come again. */
    @Test
    void withoutKafkaBoxesAreAskedToComeAgainAndAreHeardOnceItIsBack() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(home.resolve("kafka"))) {
            broker.createEventTopics(1);
            try (EdgeFixture edge = new EdgeFixture(
                    broker.bootstrapServers(),
                    home,
                    Map.of(
                            "datastreamx.edge.max-body", "64K",
                            "datastreamx.edge.max-in-flight", "64K",
                            "datastreamx.edge.kafka-patience", "2s"))) {
                assertThat(edge.send(edge.post("/v1/events", tuneIn("before"))).statusCode())
                        .isEqualTo(200);
                broker.kill();
                String large = IntStream.range(0, 200)
                        .mapToObj(i -> tuneIn("gone-" + i))
                        .collect(Collectors.joining(",", "[", "]"));
                var waiting = edge.http.sendAsync(
                        edge.post("/v1/events", large).build(), HttpResponse.BodyHandlers.ofString());
                Thread.sleep(500);
                HttpResponse<String> behind = edge.send(
                        edge.post("/v1/events", large).setHeader("Authorization", "Bearer " + edge.token("box-2")));
                assertThat(behind.body()).contains("\"behind\"");
                assertThat(behind.statusCode()).isEqualTo(429);
                assertThat(behind.headers().firstValue("Retry-After")).hasValue("1");
                HttpResponse<String> unavailable = waiting.get(15, TimeUnit.SECONDS);
                assertThat(unavailable.body()).contains("\"kafka_unavailable\"");
                assertThat(unavailable.statusCode()).isEqualTo(503);
                assertThat(unavailable.headers().firstValue("Retry-After")).hasValue("2");
                while (edge.send(edge.request("/ready")).statusCode() != 503) {
                    Thread.sleep(100);
                }
                assertThat(edge.send(edge.request("/health")).statusCode()).isEqualTo(200);

                broker.restart();
                while (edge.send(edge.post("/v1/events", tuneIn("after"))).statusCode() != 200) {
                    Thread.sleep(200);
                }
                while (edge.send(edge.request("/ready")).statusCode() != 200) {
                    Thread.sleep(100);
                }
                assertThat(edge.log(Topic.TUNING_EVENTS)).anyMatch(record -> record.contains("\"after\""));
                assertThat(edge.failure.get()).isNull();
            }
        }
    }

    private static JavaProcess start(Map<String, String> settings) {
        JavaProcess process = JavaProcess.start(new JavaProcess.Launch(
                EdgeMain.class.getName(),
                Repository.runtimeClasspath("speed-layer/edge"),
                List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                settings,
                List.of()));
        assertThat(process.awaitLine("READY ", START)).startsWith("READY http://127.0.0.1:");
        return process;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
