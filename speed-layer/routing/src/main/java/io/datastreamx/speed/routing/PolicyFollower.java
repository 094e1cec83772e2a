package io.datastreamx.speed.routing;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot in force, kept fresh by one background consumer per JVM. Not a broadcast: a real-time batch lasts as
 * long as a checkpoint interval, and what is broadcast stays as it was at its start. A new record is in force within a
 * fraction of a second.
 */
final class PolicyFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** How long the first requests wait for the first policy, counted from the follower's start. */
    private static final Duration FIRST_LOAD = Duration.ofSeconds(5);

    private static final TopicPartition PARTITION = new TopicPartition(Topic.POLICY, 0);
    private static final Map<Source, PolicyFollower> RUNNING = new ConcurrentHashMap<>();

    /** Where policies come from. */
    record Source(KafkaConnection kafka, String lakeUri, Map<String, String> hadoop) implements Serializable {}

    private final Source source;
    private final ControlState state;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final long firstLoadUntil = System.nanoTime() + FIRST_LOAD.toNanos();
    private final Thread thread;
    private volatile PolicySnapshot snapshot = PolicySnapshot.NONE;
    private volatile boolean closed;

    private PolicyFollower(Source source) {
        this.source = source;
        this.state = new ControlState(new PolicyLoader(new Lake(source.lakeUri(), source.hadoop()), source.kafka()));
        this.thread = new Thread(this::run, "policy-follower");
        thread.setDaemon(true);
        thread.start();
    }

    /** This JVM's follower of the source; the first call starts it. */
    static PolicyFollower of(Source source) {
        return RUNNING.computeIfAbsent(source, PolicyFollower::new);
    }

    /**
     * What is in force now. Waits only just after the start, until the topic has been read once;
     * {@link PolicySnapshot#NONE} if it holds no policy.
     */
    PolicySnapshot current() {
        if (caughtUp.getCount() > 0) {
            awaitCaughtUp(Duration.ofNanos(Math.max(0, firstLoadUntil - System.nanoTime())));
        }
        return snapshot;
    }

    /** @return whether the topic has been read to the end that it had when following began */
    boolean awaitCaughtUp(Duration limit) {
        try {
            return caughtUp.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        RUNNING.remove(source, this);
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(List.of(PARTITION));
                consumer.seekToBeginning(List.of(PARTITION));
                follow(consumer);
            } catch (InterruptException e) {
                LOG.debug("interrupted");
            } catch (KafkaException e) {
                LOG.warn("cannot follow the policy topic at {}, trying again: {}", source.kafka(), e.toString());
                pause();
            } catch (RuntimeException e) {
                LOG.error("following the policy topic failed, starting over; the last good policy stays", e);
                pause();
            }
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        long end = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
        long retryAt = System.nanoTime();
        while (!closed) {
            boolean news = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.value() != null) {
                    state.accept(record.value());
                    news = true;
                }
            }
            boolean first = caughtUp.getCount() > 0;
            if (first && consumer.position(PARTITION) < end) {
                continue;
            }
            if (news || first || (state.hasPending() && System.nanoTime() >= retryAt)) {
                snapshot = state.apply();
                retryAt = System.nanoTime() + RETRY.toNanos();
                caughtUp.countDown();
            }
        }
    }

    private Map<String, Object> consumerSettings() {
        return source.kafka()
                .with(Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        15_000));
    }

    private void pause() {
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            LOG.debug("woken up to close");
        }
    }
}
