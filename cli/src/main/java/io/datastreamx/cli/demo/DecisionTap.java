package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/** Shows every decision that is made from now on to a consumer, once per request although two routers decide. */
final class DecisionTap implements AutoCloseable {
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> kafka;
    private final Consumer<JsonNode> consumer;
    private final Set<String> seen = new HashSet<>();
    private final Thread reader = new Thread(this::read, "decision-tap");

    DecisionTap(String bootstrapServers, Consumer<JsonNode> consumer) {
        this.kafka = KafkaClients.plaintext(bootstrapServers, "dsx")
                .gatheringReader("decisions", Topic.AD_DECISIONS.topicName());
        this.consumer = consumer;
        kafka.endOffsets(kafka.assignment()).forEach(kafka::seek);
    }

    /** Begins to show what is decided. */
    DecisionTap start() {
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    private void read() {
        try (kafka) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : kafka.poll(Duration.ofMillis(500))) {
                    show(record.value());
                }
            }
        } catch (WakeupException e) {
            // Asked to end.
        }
    }

    private void show(byte[] json) {
        try {
            JsonNode decision = ServingClient.JSON.readTree(json);
            if (seen.add(decision.path("request_id").asText())) {
                consumer.accept(decision);
            }
        } catch (IOException e) {
            throw new IllegalStateException("a router wrote a decision that is not JSON", e);
        }
    }

    @Override
    public void close() {
        kafka.wakeup();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
