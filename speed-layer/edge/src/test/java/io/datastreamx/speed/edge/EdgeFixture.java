package io.datastreamx.speed.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.tokens.DeviceTokens;
import io.datastreamx.tokens.TokenKeyFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** An edge in this JVM on a real broker, and a box that comes to it over HTTP. */
final class EdgeFixture implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String DEVICE = "box-1";

    final AtomicReference<Throwable> failure = new AtomicReference<>();
    final EdgeService service;
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final KafkaClients kafka;
    private final Path keys;
    private final Consumer<byte[], byte[]> ends;

    EdgeFixture(String bootstrapServers, Path home, Map<String, String> more) throws Exception {
        kafka = KafkaClients.plaintext(bootstrapServers, "test");
        ends = kafka.reader(
                "ends", Arrays.stream(Topic.values()).map(Topic::topicName).toArray(String[]::new));
        keys = home.resolve("edge-keys.json");
        service = new EdgeService(
                Settings.load(properties(bootstrapServers, home, more)),
                Clock.systemUTC(),
                reason -> failure.compareAndSet(null, reason));
        service.start();
    }

    static Map<String, String> properties(String bootstrapServers, Path home, Map<String, String> more) {
        Map<String, String> properties = new TreeMap<>(more);
        properties.put("datastreamx.home", home.toString());
        properties.put("datastreamx.kafka.bootstrap-servers", bootstrapServers);
        return properties;
    }

    TokenKeyFile keys() {
        return new TokenKeyFile(keys);
    }

    String token(String device) {
        return token(keys, device);
    }

    static String token(Path keys, String device) {
        return new DeviceTokens(new TokenKeyFile(keys).loadOrCreate(Instant.now()))
                .sign(device, Instant.now(), Duration.ofMinutes(5));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(service.url() + path)).timeout(Duration.ofSeconds(30));
    }

    /** As a box sends it. */
    HttpRequest.Builder post(String path, byte[] body) {
        return request(path)
                .header("Authorization", "Bearer " + token(DEVICE))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    HttpRequest.Builder post(String path, String body) {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    static String tuneIn(String id) {
        return tuneIn(id, DEVICE);
    }

    static String tuneIn(String id, String device) {
        return """
                {"schema_version":1,"event_id":"%s","event_type":"tune_in","event_time":"2026-11-22T10:15:30.123Z","device_id":"%s",\
                "channel_id":"news","region":"north","device_model":"m1"}""".formatted(id, device);
    }

    static String adRequest(String id, int tmaxMs) {
        return """
                {"schema_version":1,"event_id":"e-%1$s","event_type":"ad_request","event_time":"2026-11-22T10:15:30.123Z","device_id":"box-1",\
                "channel_id":"news","region":"north","device_model":"m1","request_id":"%1$s","tmax_ms":%2$d}""".formatted(id, tmaxMs);
    }

    /** As dispatch writes it. */
    static String delivery(String requestId, String device) {
        return """
                {"schema_version":1,"event_id":"d-%1$s","event_type":"ad_delivery","event_time":"2026-11-22T10:15:30.223Z","device_id":"%2$s",\
                "request_id":"%1$s","aggregator_id":"acme","ad_id":"ad-1","creative_id":"c","media_url":"http://m.example/c","price_micros":4200000}""".formatted(requestId, device);
    }

    void deliver(String requestId, String device) throws Exception {
        try (Producer<byte[], byte[]> producer = kafka.writer("dispatch")) {
            producer.send(new ProducerRecord<>(
                            Topic.AD_DELIVERIES.topicName(),
                            device.getBytes(StandardCharsets.UTF_8),
                            delivery(requestId, device).getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    /** How many records all topics have. */
    long logged() {
        return ends.endOffsets(ends.assignment()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Everything that is in a topic now: key, a tab, value. */
    List<String> log(Topic topic) {
        return log(kafka, topic);
    }

    static List<String> log(KafkaClients kafka, Topic topic) {
        List<String> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = kafka.reader("log", topic.topicName())) {
            Map<?, Long> ends = consumer.endOffsets(consumer.assignment());
            consumer.seekToBeginning(consumer.assignment());
            while (consumer.assignment().stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    records.add(new String(record.key(), StandardCharsets.UTF_8) + "\t"
                            + new String(record.value(), StandardCharsets.UTF_8));
                }
            }
        }
        return records;
    }

    @Override
    public void close() {
        service.close();
        ends.close();
    }
}
