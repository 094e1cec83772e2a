package io.datastreamx.dataproc.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.testing.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The assembled jars at work on both Spark lines: through the sign-in of Managed Service for Apache Kafka, with an
 * executor in a JVM of its own.
 */
class AssembledJobsTest {
    private static final String INGEST = "io.datastreamx.speed.ingest.IngestMain";
    private static final String NIGHT = "io.datastreamx.batch.NightMain";
    private static final String ROUTING = "io.datastreamx.speed.routing.RoutingMain";
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final int RECORDS = 200;

    @TempDir
    static Path folder;

    private static ManagedKafka kafka;

    @BeforeAll
    static void start() throws Exception {
        kafka = new ManagedKafka(folder);
        List<NewTopic> topics = new ArrayList<>();
        for (String topic :
                List.of("tuning-events", "ad-requests", "ad-decisions", "ad-events", "ad-deliveries", "policy")) {
            topics.add(new NewTopic(topic, 1, (short) 1));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.plain()))) {
            admin.createTopics(topics).all().get();
        }
        send("tuning-events", RECORDS, AssembledJobsTest::tuneIn);
    }

    @AfterAll
    static void stop() {
        if (kafka != null) {
            kafka.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"4.0, micro-batch", "4.1, real-time"})
    void ingestNightAndRoutingDoRealWork(String line, String routingMode) throws Exception {
        Map<String, String> conf = conf("lake-" + line);
        conf.put("spark.datastreamx.spark.cluster", "true");
        Path home = kafka.homeWithKey("valid");
        Lake lake = new Lake("file://" + folder.resolve("lake-" + line).resolve("lake"));
        try (JavaProcess ingest = SparkSubmit.start(line, "ingest", INGEST, SparkSubmit.CLUSTER, home, conf)) {
            ingest.awaitLine("READY ingest", LIMIT);
            await(ingest, () -> accepted(lake) >= RECORDS);
            assertEquals(0, ingest.terminate());
            assertTrue(ingest.stderr().contains("spark.master=" + SparkSubmit.CLUSTER), "it says where it runs");
        }
        LedgerEntry last = new Ledger(lake).last().orElseThrow();
        assertEquals(RECORDS, last.offsets().get("tuning-events-0").end());
        assertEquals(
                0,
                new Ledger(lake)
                        .entries().stream()
                                .mapToLong(e -> e.read() - e.accepted())
                                .sum());
        refusesOneLocalThread(line, "night", NIGHT, conf);
        try (JavaProcess night =
                SparkSubmit.start(line, "night", NIGHT, SparkSubmit.CLUSTER, home, conf, "--json", "--run", "first")) {
            int exit = night.exitCode(LIMIT);
            assertTrue(night.stdout().contains("\"flipped\":true"), night.stdout() + night.stderr());
            assertEquals(0, exit, night.stdout());
        }
        conf.remove("spark.datastreamx.spark.cluster");
        conf.put("spark.datastreamx.routing.mode", routingMode);
        try (JavaProcess routing = SparkSubmit.start(line, "routing", ROUTING, "local[2]", home, conf)) {
            routing.awaitLine("READY routing", LIMIT);
            send("ad-requests", 1, i -> adRequest("request-" + line));
            await(routing, () -> decisions().stream().anyMatch(d -> d.contains("request-" + line)));
            assertEquals(0, routing.terminate());
        }
    }

    @Test
    void aTokenThatTheBrokerRefusesEndsIngestWithAClearError() throws Exception {
        refused("other", "refused the sign-in", "roles/managedkafka.client");
    }

    @Test
    void anExpiredKeyEndsIngestWithAClearError() throws Exception {
        refused("expired", "no token to sign in with", "not expired");
    }

    private void refused(String key, String... says) throws Exception {
        try (JavaProcess ingest =
                SparkSubmit.start("4.1", "ingest", INGEST, "local[2]", kafka.homeWithKey(key), conf("lake-" + key))) {
            assertEquals(1, ingest.exitCode(LIMIT));
            String error = ingest.stderr()
                    .lines()
                    .filter(line -> line.startsWith("ingest: "))
                    .findFirst()
                    .orElse("");
            for (String part : says) {
                assertTrue(error.contains(part), error + "\n" + ingest.stderr());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4.0, ingest, " + INGEST, "4.1, routing, " + ROUTING})
    void whatIsMeantForAClusterRefusesOneLocalThread(String line, String application, String mainClass)
            throws Exception {
        Map<String, String> conf = conf("lake-local");
        conf.put("spark.datastreamx.spark.cluster", "true");
        refusesOneLocalThread(line, application, mainClass, conf);
    }

    private static void refusesOneLocalThread(
            String line, String application, String mainClass, Map<String, String> conf) throws Exception {
        try (JavaProcess job =
                SparkSubmit.start(line, application, mainClass, "local[1]", kafka.homeWithKey("valid"), conf)) {
            assertEquals(1, job.exitCode(LIMIT));
            String all = job.stderr() + job.stdout();
            assertTrue(all.contains(application + " is meant for a cluster but has spark.master=local[1]"), all);
        }
    }

    private static Map<String, String> conf(String name) {
        return new TreeMap<>(Map.of(
                "spark.datastreamx.home", folder.resolve(name).toString(),
                "spark.datastreamx.kafka.bootstrap-servers", kafka.signIn(),
                "spark.datastreamx.kafka.security.protocol", "SASL_PLAINTEXT",
                "spark.datastreamx.kafka.security.mechanism", "OAUTHBEARER",
                "spark.datastreamx.kafka.security.login-callback-handler",
                        "com.google.cloud.hosted.kafka.auth.GcpLoginCallbackHandler",
                "spark.datastreamx.kafka.security.jaas",
                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"));
    }

    private static long accepted(Lake lake) {
        return new Ledger(lake)
                .entries().stream().mapToLong(LedgerEntry::accepted).sum();
    }

    private interface Record {
        String json(int number);
    }

    private static void send(String topic, int count, Record record) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.plain()), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, "box-" + i, record.json(i)))
                        .get();
            }
        }
    }

    private static List<String> decisions() {
        List<String> decisions = new ArrayList<>();
        TopicPartition partition = new TopicPartition("ad-decisions", 0);
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.plain()), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> decisions.add(record.value()));
            }
        }
        return decisions;
    }

    private static void await(JavaProcess process, BooleanSupplier done) throws InterruptedException {
        Instant end = Instant.now().plus(LIMIT);
        while (!done.getAsBoolean()) {
            assertTrue(process.isAlive() && Instant.now().isBefore(end), () -> process.stdout() + process.stderr());
            Thread.sleep(200);
        }
    }

    private static String tuneIn(int number) {
        return """
                {"schema_version":1,"event_id":"tune-%d","event_type":"tune_in","event_time":"%s","device_id":"box-%d",\
                "channel_id":"news","region":"north","device_model":"m1"}""".formatted(number, "2026-11-24T10:00:00.000Z", number);
    }

    private static String adRequest(String id) {
        return """
                {"schema_version":1,"event_id":"%s","event_type":"ad_request","event_time":"%s","device_id":"box-1",\
                "request_id":"%s","channel_id":"news","region":"north","device_model":"m1","tmax_ms":60000}""".formatted(id, "2026-11-24T10:00:00.000Z", id);
    }
}
