package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.stack.Topics;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes records, each at least and at most once, and counts what the broker has acknowledged. Used by one thread.
 */
final class RecordSender implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;

    private final Producer<byte[], byte[]> producer;
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    RecordSender(String bootstrapServers) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
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
