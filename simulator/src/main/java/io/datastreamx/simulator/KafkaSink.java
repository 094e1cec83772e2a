package io.datastreamx.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes records; tells when the first one is safely in the log. */
final class KafkaSink implements RecordSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSink.class);

    private final KafkaProducer<String, byte[]> producer;
    private final CountDownLatch firstRequest = new CountDownLatch(1);
    private final AtomicLong failed = new AtomicLong();

    KafkaSink(String bootstrapServers) {
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG,
                        2,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        64 * 1024),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void send(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key, value), (metadata, failure) -> {
            if (failure == null) {
                if (topic.equals("ad-requests")) {
                    firstRequest.countDown();
                }
            } else if (failed.getAndIncrement() % 1_000 == 0) {
                LOG.warn("{} records could not be published, the last one to {}", failed.get(), topic, failure);
            }
        });
    }

    /** Whether an ad request is in the log. */
    boolean flows() {
        return firstRequest.getCount() == 0;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
