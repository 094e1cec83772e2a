package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.contract.event.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Shows every decision that is made from now on to a consumer, once per request although two routers decide. */
final class DecisionTap implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> kafka;
    private final Consumer<JsonNode> consumer;
    private final Set<String> seen = new HashSet<>();
    private final Thread reader = new Thread(this::read, "decision-tap");

    DecisionTap(String bootstrapServers, Consumer<JsonNode> consumer) {
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.kafka = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.consumer = consumer;
        List<TopicPartition> partitions = kafka.partitionsFor(Topic.AD_DECISIONS.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        kafka.assign(partitions);
        kafka.endOffsets(partitions).forEach(kafka::seek);
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
