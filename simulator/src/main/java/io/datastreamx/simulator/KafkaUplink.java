package io.datastreamx.simulator;

import io.datastreamx.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;

/** Boxes that speak Kafka themselves: without the edge, for records by the thousand. */
final class KafkaUplink implements Uplink {
    private final KafkaSink sink;
    private final DeliveryReader deliveries;

    KafkaUplink(KafkaClients kafka) {
        sink = new KafkaSink(kafka);
        try {
            deliveries = new DeliveryReader(kafka);
        } catch (RuntimeException e) {
            sink.close();
            throw e;
        }
    }

    @Override
    public void send(String topic, String key, byte[] value) {
        sink.send(topic, key, value);
    }

    @Override
    public boolean flows() {
        return sink.flows();
    }

    @Override
    public List<Delivery> poll(Duration wait) {
        return deliveries.poll(wait);
    }

    @Override
    public void close() {
        deliveries.close();
        sink.close();
    }
}
