package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends events to Kafka, keyed by device. Thread-safe. */
final class EventProducer implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;

    /** @throws org.apache.kafka.common.KafkaException if the topics are not there */
    EventProducer(KafkaClients kafka) {
        producer = kafka.writer("events");
        // Later sends then never wait for metadata, which would hold up a thread that many answers share.
        producer.partitionsFor(Topic.AD_EVENTS.topicName());
        producer.partitionsFor(Topic.AD_DELIVERIES.topicName());
    }

    /** Completes when the broker has the event for good, or exceptionally when it will never have it. */
    CompletableFuture<Void> send(Topic topic, String deviceId, byte[] event) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        producer.send(
                new ProducerRecord<>(topic.topicName(), deviceId.getBytes(StandardCharsets.UTF_8), event),
                (metadata, e) -> {
                    if (e == null) {
                        written.complete(null);
                    } else {
                        written.completeExceptionally(e);
                    }
                });
        return written;
    }

    @Override
    public void close() {
        producer.close(CLOSE_LIMIT);
    }
}
