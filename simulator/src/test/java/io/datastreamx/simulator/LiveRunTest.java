package io.datastreamx.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.World;
import io.datastreamx.testing.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LiveRunTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    @Timeout(value = 600, unit = TimeUnit.SECONDS)
    void boxesAskAndPlayWhatIsDelivered() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(1);
            FleetOptions options = new FleetOptions(100, 50, 3, "t", "USD", 0, 0, 0);
            LiveRun run = new LiveRun(() -> new KafkaUplink(kafka(broker)), options, Clock.systemUTC());
            CountDownLatch ready = new CountDownLatch(1);
            Thread thread = new Thread(() ->
                    run.run(Truth.of(World.named(World.DEMO), 3, Instant.now()), Duration.ofDays(1), ready::countDown));
            thread.start();
            ready.await();
            try (KafkaSink dispatch = new KafkaSink(kafka(broker))) {
                JsonNode request = first(broker, "ad-requests");
                String requestId = request.get("request_id").textValue();
                dispatch.send("ad-deliveries", "box", "not JSON".getBytes(StandardCharsets.UTF_8));
                dispatch.send("ad-deliveries", "box", delivery(requestId));
                JsonNode played = first(broker, "ad-events");
                assertEquals(requestId, played.get("request_id").textValue());
                assertEquals("acme", played.get("aggregator_id").textValue());
                assertEquals(4_200_000, played.get("price_micros").longValue());
                for (String field : List.of("channel_id", "region", "device_model", "device_id")) {
                    assertEquals(request.get(field), played.get(field), field);
                }
            } finally {
                run.stop();
                thread.join();
            }
        }
    }

    private static KafkaClients kafka(BrokerProcess broker) {
        return KafkaClients.plaintext(broker.bootstrapServers(), "test");
    }

    private static byte[] delivery(String requestId) {
        return """
                {"schema_version":1,"event_id":"d","event_type":"ad_delivery","event_time":"2026-11-22T10:15:30.123Z","device_id":"b",
                 "request_id":"%s","aggregator_id":"acme","ad_id":"acme-ad-cars-0","creative_id":"c","media_url":"http://m.example/c",
                 "price_micros":4200000}""".formatted(requestId).getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode first(BrokerProcess broker, String topic) throws Exception {
        try (Consumer<byte[], byte[]> consumer = kafka(broker).reader("test", topic)) {
            consumer.seekToBeginning(consumer.assignment());
            Optional<JsonNode> found = Optional.empty();
            while (found.isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    JsonNode event = MAPPER.readTree(record.value());
                    String key = new String(record.key(), StandardCharsets.UTF_8);
                    assertTrue(key.startsWith("box-"), key);
                    if (found.isEmpty()) {
                        found = Optional.of(event);
                    }
                }
            }
            return found.get();
        }
    }
}
