package io.datastreamx.acceptance;

import io.datastreamx.verification.GeneratedRecord;
import io.datastreamx.verification.RecordGenerator;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends generated records at a steady rate in a thread of its own. */
final class PacedSender extends Thread {
    private final String bootstrapServers;
    private final RecordGenerator records;
    private final int perSecond;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    PacedSender(String bootstrapServers, RecordGenerator records, int perSecond) {
        super("sender");
        this.bootstrapServers = bootstrapServers;
        this.records = records;
        this.perSecond = perSecond;
        setDaemon(true);
    }

    long sent() {
        return sent.get();
    }

    /** Waits until all is acknowledged. @return how many */
    long finish() throws InterruptedException {
        join();
        if (failure.get() != null) {
            throw new AssertionError("sending ended after " + sent + " records", failure.get());
        }
        return sent.get();
    }

    @Override
    public void run() {
        Map<String, Object> options = Map.of(
                "bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "5", "max.request.size", 2_000_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer())) {
            long began = System.nanoTime();
            while (records.hasNext()) {
                GeneratedRecord record = records.next();
                producer.send(
                        new ProducerRecord<>(
                                record.topic(), record.key().getBytes(StandardCharsets.UTF_8), record.value()),
                        (metadata, error) -> {
                            if (error == null) {
                                sent.incrementAndGet();
                            } else {
                                failure.compareAndSet(null, error);
                            }
                        });
                pace(began);
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private void pace(long began) {
        long due = began + sent.get() * 1_000_000_000L / perSecond;
        long early = due - System.nanoTime();
        if (early > 20_000_000L) {
            java.util.concurrent.locks.LockSupport.parkNanos(early);
        }
    }
}
