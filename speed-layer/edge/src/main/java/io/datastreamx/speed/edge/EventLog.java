package io.datastreamx.speed.edge;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;

/** Sends records to Kafka, keyed by device, at once: a box waits for each. Thread-safe. */
final class EventLog implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final List<Topic> TOPICS = List.of(Topic.TUNING_EVENTS, Topic.AD_REQUESTS, Topic.AD_EVENTS);

    private final Producer<byte[], byte[]> producer;

    /** @throws org.apache.kafka.common.KafkaException if the topics are not there */
    EventLog(KafkaClients kafka, Duration patience) {
        producer = kafka.writer("events", patience, Duration.ZERO);
        awaitKnown();
    }

    /** A broker that has only just started may need longer for its first answer than a box is to wait later. */
    private void awaitKnown() {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                keepKnown();
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > limit) {
                    producer.close(Duration.ZERO);
                    throw e;
                }
            }
        }
    }

    /**
     * Keeps the client from forgetting a topic that nobody has written to for minutes: a send would wait until it is
     * known again, and hold up the thread that many boxes share.
     */
    void keepKnown() {
        TOPICS.forEach(topic -> producer.partitionsFor(topic.topicName()));
    }

    /** Completes when Kafka has all of them for good, or exceptionally when it may never have one. */
    CompletableFuture<Void> append(String device, List<Records.Valid> records) {
        byte[] key = device.getBytes(StandardCharsets.UTF_8);
        CompletableFuture<?>[] written = new CompletableFuture<?>[records.size()];
        for (int i = 0; i < written.length; i++) {
            Records.Valid record = records.get(i);
            written[i] = send(record.event().type().topic(), key, record.bytes());
        }
        return CompletableFuture.allOf(written);
    }

    private CompletableFuture<Void> send(Topic topic, byte[] key, byte[] value) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        producer.send(new ProducerRecord<>(topic.topicName(), key, value), (metadata, failure) -> {
            if (failure == null) {
                written.complete(null);
            } else {
                written.completeExceptionally(failure);
            }
        });
        return written;
    }

    @Override
    public void close() {
        producer.close(CLOSE_LIMIT);
    }
}
