package io.datastreamx.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads ad deliveries, only those that come after it was made. */
final class DeliveryReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);
    private static final String TOPIC = "ad-deliveries";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @throws IllegalStateException where the broker has no such topic */
    DeliveryReader(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(TOPIC, Duration.ofSeconds(30)).stream()
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .toList();
        if (partitions.isEmpty()) {
            consumer.close();
            throw new IllegalStateException("topic " + TOPIC + " does not exist at " + bootstrapServers
                    + ": create the event topics first (dsx up does)");
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** Waits at most this long. */
    List<Delivery> poll(Duration wait) {
        List<Delivery> deliveries = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            parse(record.value()).ifPresent(deliveries::add);
        }
        return deliveries;
    }

    static Optional<Delivery> parse(byte[] value) {
        try {
            JsonNode event = MAPPER.readTree(value);
            String requestId = event.path("request_id").textValue();
            String aggregatorId = event.path("aggregator_id").textValue();
            String adId = event.path("ad_id").textValue();
            if (requestId == null
                    || aggregatorId == null
                    || adId == null
                    || !event.path("price_micros").isIntegralNumber()) {
                LOG.warn(
                        "an ad_delivery without request, aggregator, ad or price_micros cannot be played: {}",
                        requestId);
                return Optional.empty();
            }
            return Optional.of(new Delivery(
                    requestId, aggregatorId, adId, event.path("price_micros").longValue()));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("an ad_delivery is not JSON", e);
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
