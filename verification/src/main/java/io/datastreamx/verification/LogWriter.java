package io.datastreamx.verification;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes generated records: most plainly, some in transactions. Of the transactions some are aborted; half of those
 * are sent again as a whole, the other half never. Not thread-safe but for the counts.
 */
public final class LogWriter implements AutoCloseable {
    private static final int TRANSACTION = 50;

    private final KafkaProducer<byte[], byte[]> plain;
    private final KafkaProducer<byte[], byte[]> transactional;
    private final SplittableRandom random;
    private final double share;
    private final List<GeneratedRecord> waiting = new ArrayList<>();
    private final AtomicLong counting = new AtomicLong();
    private final AtomicLong aborted = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /** @param share of the records that go in transactions; 0 for none */
    public LogWriter(String bootstrapServers, long seed, double share) {
        this.random = new SplittableRandom(seed);
        this.share = share;
        this.plain = producer(bootstrapServers, Map.of());
        this.transactional = producer(
                bootstrapServers, Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "log-writer-" + UUID.randomUUID()));
        if (share > 0) {
            transactional.initTransactions();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, Map<String, Object> more) {
        Map<String, Object> options = new HashMap<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                "5",
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                2_000_000));
        options.putAll(more);
        return new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Records that are in the log to be counted: acknowledged, and committed where they went in a transaction. */
    public long counting() {
        return counting.get();
    }

    /** Records in the log that nobody may count. */
    public long aborted() {
        return aborted.get();
    }

    /** Records that were taken back and never sent again. */
    public long dropped() {
        return dropped.get();
    }

    public void send(GeneratedRecord record) {
        if (random.nextDouble() >= share) {
            plain.send(message(record), onceAcknowledged(counting::incrementAndGet));
            return;
        }
        waiting.add(record);
        if (waiting.size() == TRANSACTION) {
            sendWaiting();
        }
    }

    /**
     * Waits until all is acknowledged.
     *
     * @throws IllegalStateException where a record was not
     */
    public void flush() {
        sendWaiting();
        plain.flush();
        if (failure.get() != null) {
            throw new IllegalStateException("a record was not sent, after " + counting, failure.get());
        }
    }

    private void sendWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> {
                transaction(false);
                dropped.addAndGet(waiting.size());
            }
            case 1 -> {
                transaction(false);
                transaction(true);
            }
            default -> transaction(true);
        }
        waiting.clear();
    }

    private void transaction(boolean commit) {
        transactional.beginTransaction();
        waiting.forEach(record -> transactional.send(message(record), onceAcknowledged(() -> {})));
        // What was not sent yet would not be in the log, and so prove nothing.
        transactional.flush();
        if (commit) {
            transactional.commitTransaction();
            counting.addAndGet(waiting.size());
        } else {
            transactional.abortTransaction();
            aborted.addAndGet(waiting.size());
        }
    }

    private Callback onceAcknowledged(Runnable then) {
        return (metadata, error) -> {
            if (error == null) {
                then.run();
            } else {
                failure.compareAndSet(null, error);
            }
        };
    }

    private static ProducerRecord<byte[], byte[]> message(GeneratedRecord record) {
        return new ProducerRecord<>(record.topic(), record.key().getBytes(StandardCharsets.UTF_8), record.value());
    }

    @Override
    public void close() {
        plain.close();
        transactional.close();
    }
}
