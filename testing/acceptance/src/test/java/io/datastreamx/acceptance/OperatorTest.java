package io.datastreamx.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.testing.Repository;
import io.datastreamx.verification.GenerateRecordsMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * An operator's day with nothing but {@code ./dsx}, on one stack: after each step its reports are exactly what a
 * separate Python script counts from the files sent.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperatorTest {
    private static final String SECRET = "correct-horse-battery-staple";
    private static final List<String> ROLLUPS = List.of(
            "aggregator_id,channel_id",
            "aggregator_id,region,device_model",
            "aggregator_id,ad_id",
            "previous_channel_id,channel_id");
    private static final int KILLS = 3;

    @TempDir
    static Path folder;

    private static Path home;
    private static Path sent;
    private static Command dsx;

    /** An aggregator that nobody plays: what matters is that routing knows it. */
    @BeforeAll
    static void up() throws Exception {
        sent = Files.createFile(folder.resolve("sent.jsonl"));
        home = folder.resolve("home");
        dsx = new Command(home);
        Path aggregators = Files.writeString(folder.resolve("aggregators.json"), """
                [{"aggregator_id": "acme", "endpoint": "http://127.0.0.1:1/bid", "enabled": true, "waterfall_rank": 1,
                  "contract_price_micros": 4000000, "max_price_micros": 40000000, "daily_cap": 0, "timeout_ms": 200,
                  "currency": "USD"}]
                """);
        dsx.run(
                "up",
                "--aggregators",
                aggregators.toString(),
                "--set",
                "kafka.security.jaas=" + SECRET,
                "--set",
                "routing.warm-up-requests=1000",
                "--set",
                "dispatch.warm-up-decisions=50",
                "--set",
                "edge.warm-up-requests=50");
    }

    @Test
    @Order(1)
    void reportsEqualTheFilesThroughKillsAndANight() throws Exception {
        Path first = records("first.jsonl", 20_000, 5);
        Command.Running sending = dsx.start("send", first.toString());
        for (int i = 0; i < KILLS; i++) {
            killIngest();
        }
        sending.output();
        append(first, sent);
        assertEqualsRecount("after " + KILLS + " kills");

        dsx.run("batch");
        assertTrue(dsx.json("status").at("/serving/cut").asLong(-1) >= 0, "a night is in force");
        assertEqualsRecount("after the night");

        Path second = records("second.jsonl", 5_000, 6);
        dsx.run("send", second.toString());
        append(second, sent);
        assertEqualsRecount("with more after the night's cut");
    }

    @Test
    @Order(2)
    void whatASettingSaysIsSeenByTheOwnerAlone() throws Exception {
        assertThat(dsx.json("status").path("processes").size()).as("processes").isEqualTo(8);
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            assertThat(all.map(OperatorTest::commandLine)).noneMatch(line -> line.contains(SECRET));
        }
        assertThat(openToOthers()).isEmpty();
        try (Stream<Path> logs = Files.list(home.resolve("logs"))) {
            assertThat(logs).isNotEmpty().allSatisfy(log -> assertThat(
                            Files.readString(log, StandardCharsets.ISO_8859_1))
                    .doesNotContain(SECRET));
        }
        assertThat(dsx.run("status")).doesNotContain(SECRET);
    }

    /** By routers and dispatch alike: refused with its reason, and what was in force stays. */
    @Test
    @Order(3)
    void aCorruptControlRecordIsRefusedByEveryReader() throws Exception {
        JsonNode before = dsx.json("status");
        Map<String, Object> options =
                Map.of("bootstrap.servers", before.path("kafka").asText(), "acks", "all");
        try (var producer = new KafkaProducer<>(options, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("policy", "caps", """
                    {"event_type": "caps", "schema_version": 1, "event_id": "caps:1", \
                    "event_time": "2026-11-20T10:00:00.000Z", "day": "yesterday", "exhausted": ["acme"]}""")).get();
        }
        for (String reader : List.of("dispatch-1", "dispatch-2", "routing-1", "routing-2")) {
            await().atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() -> {
                        JsonNode process = dsx.json("status").path("processes").path(reader);
                        assertThat(process.at("/policy/refusals").asLong())
                                .as(reader)
                                .isEqualTo(1);
                        assertThat(process.at("/policy/refused/0/reason").asText())
                                .as(reader)
                                .contains("yesterday");
                        assertThat(process.at("/policy/policy_version").asText())
                                .as(reader)
                                .isNotEmpty()
                                .isEqualTo(before.at("/processes/" + reader + "/policy/policy_version")
                                        .asText());
                        assertThat(process.path("pid"))
                                .as(reader)
                                .isEqualTo(before.at("/processes/" + reader + "/pid"));
                    });
        }
        assertThat(dsx.run("status"))
                .contains("dispatch-1 refuses", "dispatch-2 refuses", "routing-1 refuses", "routing-2 refuses");
    }

    /** Renamed, or restored from a backup on another machine, under a name that is not plain. */
    @Test
    @Order(4)
    void aMovedHomeGoesOnWhereItStopped() throws Exception {
        dsx.run("down");
        home = Files.move(home, folder.resolve("ein anderes Zuhause (日本)"));
        dsx = new Command(home);
        dsx.run("up");
        assertEqualsRecount("in the moved home");

        dsx.run("send", request("moved-1").toString());
        await().atMost(Duration.ofMinutes(4))
                .untilAsserted(() -> assertThat(dsx.json("report", "--by", "aggregator_id", "--measures", "decisions")
                                .path("rows"))
                        .as("routed by the policy that was in force before")
                        .anySatisfy(row -> {
                            assertThat(row.path("aggregator_id").asText()).isEqualTo("acme");
                            assertThat(row.path("decisions").asLong()).isEqualTo(1);
                        }));
        dsx.run("batch");
    }

    /** No restart, and by both routers: of two decisions about a request either may be the one that counts. */
    @Test
    @Order(5)
    void theKillSwitchHoldsUntilItIsTakenBack() throws Exception {
        dsx.run("policy", "kill", "--by", "ann", "--reason", "wrong ads");
        assertThat(dsx.run("status")).contains("kill switch");
        dsx.run("send", request("killed-1").toString());
        assertThat(decisions("killed-1")).isNotEmpty().allSatisfy(decision -> {
            assertThat(decision.path("status").asText()).isEqualTo("no_candidate");
            assertThat(decision.at("/excluded/0/aggregator_id").asText()).isEqualTo("acme");
            assertThat(decision.at("/excluded/0/reason").asText()).isEqualTo("kill_switch");
        });

        dsx.run("policy", "resume");
        dsx.run("send", request("resumed-1").toString());
        assertThat(decisions("resumed-1")).isNotEmpty().allSatisfy(decision -> assertThat(
                        decision.path("aggregator_id").asText())
                .isEqualTo("acme"));

        JsonNode log = dsx.json("policy", "log", "--last", "2");
        assertThat(log.findValuesAsText("what")).containsExactly("resume", "kill");
        assertThat(log.at("/1/by").asText()).isEqualTo("ann");
        assertThat(log.at("/1/differences/0/field").asText()).isEqualTo("kill_switch");
    }

    /** What routers have decided about one request, as soon as one has. */
    private static List<JsonNode> decisions(String requestId) throws Exception {
        Map<String, Object> options =
                Map.of("bootstrap.servers", dsx.json("status").path("kafka").asText());
        List<JsonNode> found = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(options, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("ad-decisions").stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Polling.until(Duration.ofMinutes(2), () -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    if (requestId.equals(record.key())) {
                        found.add(new ObjectMapper().readTree(record.value()));
                    }
                }
                return !found.isEmpty();
            });
        }
        return found;
    }

    /** By {@code find}, which does not mind files that go while it looks. */
    private static List<String> openToOthers() throws IOException {
        Process find = new ProcessBuilder("find", home.toString(), "-perm", "/077")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return find.inputReader().lines().toList();
    }

    /** As {@code ps} shows it; empty where it cannot be read. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static Path request(String id) throws IOException {
        return Files.writeString(
                folder.resolve(id + ".jsonl"), """
                {"topic": "ad-requests", "key": "box-1", "value": {"schema_version": 1, "event_id": "%1$s", \
                "event_type": "ad_request", "event_time": "%2$s", "device_id": "box-1", "request_id": "%1$s", \
                "channel_id": "news", "region": "north", "device_model": "m1", "tmax_ms": 60000}}
                """.formatted(id, Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    @AfterAll
    static void down() throws Exception {
        if (dsx != null) {
            dsx.run("down");
        }
    }

    /** Topics that no process of the stack answers, so that what is counted is what was sent. */
    private static Path records(String name, int count, long seed) throws Exception {
        Path file = folder.resolve(name);
        GenerateRecordsMain.generate(new String[] {
            "--file", file.toString(),
            "--count", Integer.toString(count),
            "--seed", Long.toString(seed),
            "--topics", "tuning-events,ad-events,ad-deliveries"
        });
        return file;
    }

    private static void killIngest() throws Exception {
        long before = ingestPid();
        assertTrue(ProcessHandle.of(before).orElseThrow().destroyForcibly());
        Polling.until(Duration.ofMinutes(2), () -> ingestPid() != before);
    }

    private static long ingestPid() throws Exception {
        return dsx.json("status").at("/processes/ingest/pid").asLong();
    }

    private static void assertEqualsRecount(String when) throws Exception {
        long lines;
        try (var all = Files.lines(sent)) {
            lines = all.count();
        }
        // Asked through dsx four times a second, the questions would keep the machine busier than the answers.
        String http = dsx.json("status").path("http").asText();
        Polling.until(
                Duration.ofMinutes(4),
                () -> Polling.json(http + "/v1/ledger").path("read").asLong() == lines
                        && Polling.json(http + "/v1/status").path("lag_records").asLong(1) == 0);
        JsonNode ledger = dsx.json("ledger");
        List<String> recount = new ArrayList<>(List.of(
                "python3",
                Repository.root().resolve("verification/recount.py").toString(),
                sent.toString(),
                "--ledger",
                written("ledger.json", ledger).toString()));
        for (String dimensions : ROLLUPS) {
            JsonNode report = dsx.json("report", "--by", dimensions, "--limit", "100000");
            assertTrue(report.path("rows").size() > 1, () -> when + ", by " + dimensions + ": " + report);
            recount.addAll(List.of(
                    "--by",
                    dimensions,
                    "--compare",
                    written(dimensions + ".json", report).toString()));
        }
        String answer = Command.start(recount).output();
        assertTrue(answer.contains("\"equal\": true"), () -> when + ": " + answer);
        assertEquals(lines, ledger.path("read").asLong(), when);
    }

    private static Path written(String name, JsonNode json) throws Exception {
        return Files.writeString(folder.resolve(name), json.toString());
    }

    private static void append(Path from, Path to) throws Exception {
        Files.write(to, Files.readAllBytes(from), StandardOpenOption.APPEND);
    }
}
