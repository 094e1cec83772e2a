package io.datastreamx.simulator;

import io.datastreamx.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes records; tells when the first one is safely in the log. */
final class KafkaSink implements RecordSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaSink.class);

    private final Producer<byte[], byte[]> producer;
    private final CountDownLatch firstRequest = new CountDownLatch(1);
    private final AtomicLong failed = new AtomicLong();

    KafkaSink(KafkaClients kafka) {
        this.producer = kafka.writer("events");
    }

    @Override
    public void send(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value), (metadata, failure) -> {
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
