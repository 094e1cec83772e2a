package io.datastreamx.verification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads all event topics from the beginning with a consumer of its own, in the background, and counts any prefix on
 * demand. Only what is committed counts; markers of transactions and records that were taken back are offsets without
 * records. Shares no code with the layers that it checks.
 */
public final class Recount implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    /** The broker gathers records for so long, or until there are so many: an answer for each would cost it more. */
    private static final int GATHERED_MS = 200;

    private static final int GATHERED_BYTES = 1024 * 1024;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final FactLog log;
    private final Duration patience;
    private final Thread thread;
    /** Next offset to read by {@code topic-partition}; guarded by itself. */
    private final Map<String, Long> positions = new HashMap<>();

    private volatile boolean closed;
    private volatile RuntimeException failure;

    private Recount(KafkaConsumer<byte[], byte[]> consumer, FactLog log, Duration patience) {
        this.consumer = consumer;
        this.log = log;
        this.patience = patience;
        this.thread = new Thread(this::readOn, "recount");
        thread.setDaemon(true);
    }

    /**
     * Starts reading.
     *
     * @param currency the configured one
     * @param horizon span of append time within which a repeat is recognised
     * @param patience how long {@link #upTo} waits for records that were promised while none is read
     * @throws IllegalStateException where an event topic does not exist
     */
    public static Recount start(String bootstrapServers, String currency, Duration horizon, Duration patience) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        GATHERED_MS,
                        ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                        GATHERED_BYTES,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : FactLog.TOPICS) {
            List<TopicPartition> found = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            if (found.isEmpty()) {
                consumer.close();
                throw new IllegalStateException("topic " + topic + " does not exist at " + bootstrapServers
                        + ": create the event topics first");
            }
            partitions.addAll(found);
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Recount recount = new Recount(consumer, new FactLog(currency, horizon), patience);
        recount.thread.start();
        return recount;
    }

    /** Times from request to decision of all that was read. */
    public LatencyProbe latency() {
        return log.latency();
    }

    /** {@link #upTo(Map, Map)} while no night has seen any of it. */
    public Totals upTo(Map<String, Long> ends) {
        return upTo(ends, Map.of());
    }

    /**
     * Counts the records before these offsets, after waiting until they are read.
     *
     * @param ends end offset, exclusive, by {@code topic-partition}
     * @param nightEnds the part that a night has seen, in the same way
     * @throws IllegalStateException where the log does not reach that far and nothing was read for as long as the
     *     patience lasts, or reading failed
     */
    public Totals upTo(Map<String, Long> ends, Map<String, Long> nightEnds) {
        await(ends);
        return log.upTo(ends, nightEnds);
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(Map<String, Long> ends) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (positions) {
            long read = read();
            while (ends.entrySet().stream().anyMatch(e -> positions.getOrDefault(e.getKey(), 0L) < e.getValue())) {
                if (read() > read) {
                    read = read();
                    deadline = System.nanoTime() + patience.toNanos();
                }
                long leftMs = (deadline - System.nanoTime()) / 1_000_000;
                if (failure != null || leftMs <= 0) {
                    throw new IllegalStateException(
                            "the recount has read " + positions + " and cannot reach " + ends + ": "
                                    + (failure == null ? "the log holds no more" : "reading failed"),
                            failure);
                }
                try {
                    positions.wait(leftMs);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while waiting for " + ends, e);
                }
            }
        }
    }

    private long read() {
        return positions.values().stream().mapToLong(Long::longValue).sum();
    }

    private void readOn() {
        try (consumer) {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    log.append(record.topic(), record.partition(), record.offset(), record.timestamp(), record.value());
                }
                synchronized (positions) {
                    consumer.assignment()
                            .forEach(p -> positions.put(p.topic() + "-" + p.partition(), consumer.position(p)));
                    positions.notifyAll();
                }
            }
        } catch (WakeupException e) {
            // close() asked for it.
            return;
        } catch (RuntimeException e) {
            failure = e;
            synchronized (positions) {
                positions.notifyAll();
            }
        }
    }
}
