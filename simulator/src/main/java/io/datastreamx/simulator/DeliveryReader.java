package io.datastreamx.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.kafka.KafkaClients;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads ad deliveries, only those that come after it was made. */
final class DeliveryReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);
    private static final String TOPIC = "ad-deliveries";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Consumer<byte[], byte[]> consumer;

    /** @throws IllegalStateException where the broker has no such topic */
    DeliveryReader(KafkaClients kafka) {
        consumer = kafka.reader("deliveries", TOPIC);
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
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
