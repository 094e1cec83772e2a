package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.kafka.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes records, each at least and at most once, and counts what the broker has acknowledged. Used by one thread.
 */
final class RecordSender implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Producer<byte[], byte[]> producer;
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    RecordSender(String bootstrapServers) {
        this.producer = KafkaClients.plaintext(bootstrapServers, "dsx").writer("send", PATIENCE);
    }

    /** @throws CliException if this record, or one sent before it, was refused */
    void send(String topic, byte[] key, byte[] value) {
        check();
        try {
            producer.send(new ProducerRecord<>(topic, key, value), (metadata, refused) -> {
                if (refused == null) {
                    acknowledged.merge(topic, 1L, Long::sum);
                } else {
                    failure.compareAndSet(null, refused);
                }
            });
        } catch (KafkaException e) {
            throw new CliException("Kafka does not take it: " + e.getMessage(), e);
        }
    }

    /** Returns when every record sent so far is acknowledged. */
    void flush() {
        producer.flush();
        check();
    }

    long acknowledged() {
        return acknowledged.values().stream().mapToLong(Long::longValue).sum();
    }

    Map<String, Long> byTopic() {
        return Map.copyOf(acknowledged);
    }

    private void check() {
        Exception refused = failure.get();
        if (refused != null) {
            throw new CliException(
                    "Kafka refused a record: " + refused.getMessage() + "; " + acknowledged()
                            + " records were acknowledged",
                    refused);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
