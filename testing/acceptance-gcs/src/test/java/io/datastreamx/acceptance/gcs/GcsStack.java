package io.datastreamx.acceptance.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.GcsEmulator;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.verification.GeneratedRecord;
import io.datastreamx.verification.RecordGenerator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka and serving, and as many ingests and nights as a test starts, all on a lake and a checkpoint on {@code gs:}.
 */
final class GcsStack implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(240);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BrokerProcess broker = BrokerProcess.start();
    private final Map<String, String> settings = new TreeMap<>();
    private final List<JavaProcess> started = new ArrayList<>();
    private final RecordGenerator records;
    private final URI api;
    private long sent;

    GcsStack(Path home, GcsEmulator gcs, String bucket, long recordsAtMost) {
        broker.createEventTopics(2);
        settings.put("datastreamx.home", home.toString());
        settings.put("datastreamx.kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("datastreamx.routing.warm-up-requests", "1000");
        settings.put("datastreamx.dispatch.warm-up-decisions", "50");
        settings.put("datastreamx.lake.uri", "gs://" + bucket + "/lake");
        settings.put("datastreamx.lake.region", GcsEmulator.LOCATION);
        settings.put("datastreamx.ingest.checkpoint", "gs://" + bucket + "/checkpoints/ingest");
        settings.put("datastreamx.ingest.trigger-interval", "500ms");
        // Many batches, so that whatever happens happens within one.
        settings.put("datastreamx.ingest.max-records-per-batch", "2000");
        settings.put("datastreamx.lease.ttl", "4s");
        settings.put("datastreamx.serving.poll-interval", "500ms");
        settings.putAll(GcsEmulator.settings(gcs.hadoop()));
        records = new RecordGenerator(
                RecordGenerator.Options.standard(3, recordsAtMost, Instant.now().truncatedTo(ChronoUnit.SECONDS)));
        api = serving(Map.of());
    }

    private URI serving(Map<String, String> own) {
        JavaProcess serving = launch("serving-layer", "io.datastreamx.serving.ServingMain", own, List.of("-Xmx768m"));
        return URI.create(
                serving.awaitLine("READY ", LIMIT).substring("READY ".length()).strip());
    }

    /**
     * Ingests and nights that are started from now on publish to BigQuery as well.
     *
     * @return a second serving layer, which answers from there
     */
    URI publishTo(BigQueryEmulator bigQuery, String project, String dataset) {
        settings.put("datastreamx.bigquery.project", project);
        settings.put("datastreamx.bigquery.dataset", dataset);
        settings.put("datastreamx.bigquery.endpoint", bigQuery.proxy().url());
        settings.put("datastreamx.bigquery.access-token", "dummy");
        settings.put("datastreamx.bigquery.write", "load-job");
        settings.put("datastreamx.bigquery.live-interval", "2s");
        return serving(Map.of(
                "datastreamx.serving.source", "bigquery", "datastreamx.serving.bigquery-poll-interval", "500ms"));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    URI api() {
        return api;
    }

    long sent() {
        return sent;
    }

    void send(int count) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 2_000_000),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count && records.hasNext(); i++) {
                GeneratedRecord record = records.next();
                producer.send(new ProducerRecord<>(
                        record.topic(), record.key().getBytes(StandardCharsets.UTF_8), record.value()));
                sent++;
            }
        }
    }

    JavaProcess ingest(String... more) {
        Map<String, String> own = new TreeMap<>();
        for (int i = 0; i < more.length; i += 2) {
            own.put("datastreamx." + more[i], more[i + 1]);
        }
        return launch(
                "speed-layer/ingest",
                "io.datastreamx.speed.ingest.IngestMain",
                own,
                List.of(Repository.sparkJvmOptions(), "-Xmx1g"));
    }

    JavaProcess night(String run) {
        return launch(
                "batch-layer",
                "io.datastreamx.batch.NightMain",
                Map.of(),
                List.of(Repository.sparkJvmOptions(), "-Xmx1500m"),
                "--run",
                run);
    }

    private JavaProcess launch(
            String module, String mainClass, Map<String, String> more, List<String> options, String... args) {
        Map<String, String> all = new TreeMap<>(settings);
        all.putAll(more);
        List<String> jvm = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        jvm.addAll(options);
        JavaProcess process = JavaProcess.start(
                new JavaProcess.Launch(mainClass, Repository.runtimeClasspath(module), jvm, all, List.of(args)));
        started.add(process);
        return process;
    }

    /** Records that serving answers for. */
    long counted() throws Exception {
        return get("/v1/ledger").get("read").asLong();
    }

    /** Returns when more is counted than before; the rest is under way. */
    void sendAndAwaitProgress(int count) throws Exception {
        long before = counted();
        send(count);
        awaitCounted(before + 1);
    }

    void awaitCounted(long count) throws Exception {
        until(() -> counted() >= count);
    }

    JsonNode get(String path) throws Exception {
        return get(api, path);
    }

    static JsonNode get(URI api, String path) throws Exception {
        HttpResponse<String> answer =
                HTTP.send(HttpRequest.newBuilder(api.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + LIMIT);
            }
            Thread.sleep(100);
        }
    }

    @Override
    public void close() {
        started.forEach(JavaProcess::close);
        broker.close();
    }
}
