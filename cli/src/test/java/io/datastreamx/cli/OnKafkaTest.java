package io.datastreamx.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.stack.Bootstrap;
import io.datastreamx.cli.stack.Home;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.cli.stack.Topics;
import io.datastreamx.config.KafkaSecurity;
import io.datastreamx.config.KafkaSettings;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.process.ExitCode;
import io.datastreamx.testing.BrokerProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs do to a real broker and a real lake. */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OnKafkaTest {
    private static final AggregatorTerms ACME =
            new AggregatorTerms("acme", "http://127.0.0.1:1/bid", true, 1, 1, 2, 0, 100, "USD");

    @TempDir
    static Path dir;

    private static BrokerProcess broker;
    private static Home home;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerProcess.start();
        home = new Home(dir);
        int port = Integer.parseInt(broker.bootstrapServers().replaceAll(".*:", ""));
        StackState.Worker self = StackState.Worker.of(ProcessHandle.current(), true);
        new StackState(port, 0, 0, 0, Map.of(), null, true, self, Map.of(), List.of()).write(home);
        KafkaSettings settings =
                new KafkaSettings(broker.bootstrapServers(), KafkaSecurity.NONE, 2, Duration.ofHours(1));
        Topics.create(settings);
        Topics.create(settings);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static KafkaClients kafka() {
        return KafkaClients.plaintext(broker.bootstrapServers(), "test");
    }

    private record Outcome(int code, String out, String err) {}

    private static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--home", home.dir().toString()));
        int code = Dsx.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var consumer = kafka().reader("test", topic)) {
            consumer.seekToBeginning(consumer.assignment());
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.keySet().stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    @Test
    @Order(1)
    void sendPublishesTheBytesOfTheFile() throws Exception {
        Path file = dir.resolve("some.jsonl");
        Files.writeString(file, """
                {"topic":"ad-requests","key":"box-1","value":{"n": 1.50, "n": 2}}

                {"topic":"ad-requests","raw":"/w=="}
                """);
        Outcome sent = run("send", "--json", file.toString());
        assertEquals(0, sent.code(), sent.err());
        assertEquals("{\"sent\":2,\"topics\":{\"ad-requests\":2}}\n", sent.out());
        List<ConsumerRecord<byte[], byte[]>> records = records("ad-requests");
        assertEquals(2, records.size());
        ConsumerRecord<byte[], byte[]> first =
                records.stream().filter(r -> r.key() != null).findFirst().orElseThrow();
        assertEquals("{\"n\": 1.50, \"n\": 2}", new String(first.value(), StandardCharsets.UTF_8));
        assertEquals("box-1", new String(first.key(), StandardCharsets.UTF_8));
        assertEquals(TimestampType.LOG_APPEND_TIME, first.timestampType());
        assertArrayEquals(
                new byte[] {(byte) 0xff},
                records.stream()
                        .filter(r -> r.key() == null)
                        .findFirst()
                        .orElseThrow()
                        .value());
    }

    @Test
    @Order(2)
    void sendStopsAtABadLineAndSaysHowManyWentBefore() throws Exception {
        Path file = dir.resolve("bad.jsonl");
        Files.writeString(
                file,
                "{\"topic\":\"ad-events\",\"value\":{}}\n{\"topic\":\"nope\",\"value\":{}}\n{\"topic\":\"ad-events\",\"value\":{}}\n");
        Outcome stopped = run("send", file.toString());
        assertEquals(1, stopped.code());
        assertTrue(
                stopped.err().contains("line 2") && stopped.err().contains("1 records were sent before it"),
                stopped.err());
        assertEquals(1, records("ad-events").size());
    }

    @Test
    @Order(3)
    void sendRefusesARecordThatIsTooLarge() throws Exception {
        Path file = dir.resolve("large.jsonl");
        Files.writeString(file, "{\"topic\":\"ad-deliveries\",\"value\":\"" + "x".repeat(3_000_000) + "\"}\n");
        assertEquals(1, run("send", file.toString()).code());
        Files.writeString(file, "{\"topic\":\"ad-deliveries\",\"value\":\"" + "x".repeat(900_000) + "\"}\n");
        assertEquals(0, run("send", file.toString()).code());
    }

    @Test
    @Order(4)
    void aFirstPolicyIsPublishedOnceAndOtherAggregatorsReplaceThoseInForce() {
        PolicyTopic topic = new PolicyTopic(new Lake(Home.uri(dir.resolve("policies-lake"))), kafka());
        Bootstrap.ensurePolicy(topic, Optional.empty(), 0.02, Instant.ofEpochMilli(1));
        PolicyDocument first = inForce(topic);
        assertEquals("bootstrap", first.policyVersion());
        assertEquals(List.of(), first.aggregators());
        assertEquals(0.02, first.probeShare(), "without probes a sick aggregator would stay so for ever");

        Bootstrap.ensurePolicy(topic, Optional.of(List.of(ACME)), 0.02, Instant.ofEpochMilli(2));
        PolicyDocument second = inForce(topic);
        assertEquals(List.of(ACME), second.aggregators());
        assertEquals(first.exploration(), second.exploration());

        Bootstrap.ensurePolicy(topic, Optional.of(List.of(ACME)), 0.02, Instant.ofEpochMilli(3));
        Bootstrap.ensurePolicy(topic, Optional.empty(), 0.02, Instant.ofEpochMilli(4));
        assertEquals(second, inForce(topic));
    }

    private static final String TWO = """
            [{"aggregator_id": "acme", "endpoint": "HTTP://127.0.0.1:1/bid", "enabled": true, "waterfall_rank": 1,
              "contract_price_micros": 1, "max_price_micros": 2, "daily_cap": 0, "timeout_ms": 100, "currency": "USD"},
             {"aggregator_id": "bolt", "endpoint": "http://127.0.0.1:2/bid", "enabled": false, "waterfall_rank": 2,
              "contract_price_micros": 1, "max_price_micros": 2, "daily_cap": 0, "timeout_ms": 100, "currency": "USD"}]
            """;

    /** The stack of this home has no processes: that routers obey is seen in {@code testing/acceptance}. */
    @Test
    @Order(5)
    void aPolicyIsChangedByHandAndTheTrailTellsWhoDidIt() throws Exception {
        Path file = dir.resolve("two.json");
        Files.writeString(file, TWO);
        new PolicyTopic(new Lake(Home.uri(dir.resolve("lake"))), kafka())
                .install(
                        new PolicyDocument("first", false, new Exploration(0, 0), 0, List.of(ACME), Map.of(), null),
                        Instant.now());

        Outcome applied = run("up", "--aggregators", file.toString());
        assertEquals(0, applied.code(), applied.err());
        assertTrue(applied.out().contains("aggregators.bolt: {"), applied.out());
        assertTrue(run("up", "--aggregators", file.toString()).out().startsWith("nothing to change in policy"));
        JsonNode killed = ServingClient.parse(run("policy", "kill", "--json", "--by", "ann", "--reason", "a test")
                .out());
        assertTrue(killed.get("changed").asBoolean(), killed.toString());
        assertEquals(
                "[{\"field\":\"kill_switch\",\"before\":false,\"after\":true}]",
                killed.get("differences").toString());
        Outcome shown = run("policy", "show");
        assertTrue(shown.out().contains("kill, by ann: a test"), shown.out());
        assertTrue(shown.out().contains("NOTHING"), shown.out());
        assertEquals(0, run("policy", "enable", "bolt").code());
        assertEquals(0, run("policy", "resume").code());

        Outcome unknown = run("policy", "disable", "dyno");
        assertEquals(2, unknown.code());
        assertTrue(unknown.err().contains("it has acme, bolt"), unknown.err());
        Path shownFile = dir.resolve("policy.json");
        Files.writeString(shownFile, run("policy", "show", "--json").out());
        assertEquals(
                "nothing would change\n",
                run("policy", "set", "--dry-run", shownFile.toString()).out());
        Files.writeString(file, TWO.replace("HTTP://127.0.0.1:1", "http://bid_server:1"));
        for (String[] wrong : List.of(
                new String[] {"policy", "set", file.toString()},
                new String[] {"up", "--aggregators", file.toString()})) {
            Outcome refused = run(wrong);
            assertEquals(2, refused.code(), refused.err());
            assertTrue(refused.err().contains("aggregator acme: endpoint"), refused.err());
            assertTrue(refused.err().contains("no underscore"), refused.err());
        }

        JsonNode log = ServingClient.parse(run("policy", "log", "--json").out());
        assertEquals(
                List.of("resume", "enable bolt", "kill", "set aggregators", "install"), log.findValuesAsText("what"));
        JsonNode kill = log.get(2);
        assertEquals("ann", kill.get("by").asText());
        assertEquals("a test", kill.get("reason").asText());
        assertEquals(log.get(3).get("policy_version"), kill.get("before"));
        assertEquals(killed.get("policy_version"), kill.get("policy_version"));
        assertEquals(killed.get("event_time"), kill.get("event_time"));
        assertEquals(killed.get("differences"), kill.get("differences"));
        assertTrue(run("policy", "log", "--last", "1").out().contains("kill_switch: true -> false"));
    }

    private static PolicyDocument inForce(PolicyTopic topic) {
        return topic.inForce().orElseThrow().document();
    }

    @Test
    void deadLettersOfCompleteBatchesAreListedAndReplayed() {
        Lake lake = new Lake(Home.uri(dir.resolve("lake")));
        KeyRing keys = Keys.loadOrCreate(home.keys());
        lake.table(Table.DEAD_LETTERS).createIfAbsent();
        lake.table(Table.LEDGER).createIfAbsent();
        lake.table(Table.DEAD_LETTERS)
                .append(
                        "test",
                        1,
                        List.of(
                                letter(keys, 1, 0, "one"),
                                letter(keys, 1, 1, "two"),
                                letter(keys, 1, 2, "two"),
                                letter(keys, 2, 3, "not yet")));
        new Ledger(lake)
                .append(new LedgerEntry(
                        1,
                        "test",
                        0,
                        0,
                        3,
                        new TreeMap<>(Map.of("tuning-events-0", new OffsetRange(0, 3))),
                        Optional.empty(),
                        Optional.empty(),
                        Instant.EPOCH));

        Outcome listed = run("dead-letters", "--json");
        assertEquals(
                List.of("0", "1", "2"), ServingClient.parse(listed.out()).findValuesAsText("offset"), listed.err());
        assertTrue(ServingClient.parse(listed.out()).findValuesAsText("raw").isEmpty());
        assertEquals(
                "b25l",
                ServingClient.parse(
                                run("dead-letters", "--json", "--show-bytes").out())
                        .get(0)
                        .get("raw")
                        .asText());
        assertEquals("[]\n", run("dead-letters", "--json", "--reason", "empty").out());

        assertEquals(
                "3 dead letters, 2 distinct, 0 replayed\n",
                run("dead-letters", "replay", "--dry-run").out());
        assertEquals(
                "3 dead letters, 2 distinct, 2 replayed\n",
                run("dead-letters", "replay").out());
        List<ConsumerRecord<byte[], byte[]>> replayed = records("tuning-events");
        assertEquals(2, replayed.size());
        for (ConsumerRecord<byte[], byte[]> record : replayed) {
            assertEquals("box-1", new String(record.key(), StandardCharsets.UTF_8));
        }
    }

    private static Map<String, Object> letter(KeyRing keys, long batch, long offset, String text) {
        Map<String, Object> row = new HashMap<>();
        row.put("ingest_batch", batch);
        row.put("topic", "tuning-events");
        row.put("partition", 0);
        row.put("offset", offset);
        row.put("append_time", Instant.EPOCH);
        row.put("reason", "malformed_json");
        row.put("detail", "not JSON");
        row.put("size", (long) text.length());
        row.put("key_id", keys.activeKeyId());
        row.put("sealed_key", keys.seal("box-1".getBytes(StandardCharsets.UTF_8)));
        row.put("sealed_bytes", keys.seal(text.getBytes(StandardCharsets.UTF_8)));
        return row;
    }

    @Test
    void aFileThatIsNotAListOfAggregatorsIsRefused() throws Exception {
        Path file = dir.resolve("aggregators.json");
        Files.writeString(file, "{}");
        CliException refused = assertThrows(CliException.class, () -> Bootstrap.aggregators(file, "USD"));
        assertEquals(ExitCode.WRONG_USE, refused.exitCode());
        assertEquals(2, run("up", "--no-such-option").code());
    }
}
