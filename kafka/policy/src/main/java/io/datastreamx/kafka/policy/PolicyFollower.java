package io.datastreamx.kafka.policy;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.process.CannotRunException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the policy topic in a thread of its own: a new record is in force within a fraction of a second. What is not
 * valid is refused by the rule of {@link ControlRecords}. A topic that cannot be read is opened again after a pause
 * that grows to half a minute; what was in force stays.
 */
public final class PolicyFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    /** How long the first question waits for the first policy, counted from the start. */
    private static final Duration FIRST_READ = Duration.ofSeconds(5);

    /** Told on the follower's thread when what is in force or refused has changed. */
    @FunctionalInterface
    public interface Listener {
        void changed(PolicyState state);
    }

    private final KafkaClients kafka;
    private final List<Listener> listeners;
    private final ControlRecords records;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "policy-follower");
    private long firstReadUntil;
    private Duration pause = FIRST_PAUSE;
    private volatile Consumer<byte[], byte[]> consumer;
    private volatile PolicyState state = PolicyState.UNREAD;

    /** @param clock times refusals and further tries */
    public PolicyFollower(KafkaClients kafka, Lake lake, Clock clock, Listener... listeners) {
        this.kafka = kafka;
        this.listeners = List.of(listeners);
        this.records = new ControlRecords(new PolicyFiles(lake), clock);
        thread.setDaemon(true);
    }

    public PolicyFollower start() {
        firstReadUntil = System.nanoTime() + FIRST_READ.toNanos();
        thread.start();
        return this;
    }

    /** What the topic says as far as it has been read, at once. */
    public PolicyState state() {
        return state;
    }

    /**
     * What is in force now. Waits only just after the start, until the topic has been read once;
     * {@link PolicySnapshot#NONE} if it holds no policy.
     */
    public PolicySnapshot current() {
        if (caughtUp.getCount() > 0) {
            try {
                caughtUp.await(Math.max(0, firstReadUntil - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return state.snapshot();
    }

    /**
     * Returns when the topic has been read to the end that it had when following began.
     *
     * @throws CannotRunException if that takes longer, with the reason if there is one
     */
    public void awaitRead(Duration limit) throws InterruptedException {
        if (!caughtUp.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new CannotRunException("the policy topic at " + kafka.kafka() + " was not read within "
                    + limit.toSeconds() + " s: " + state.trouble().orElse("the broker does not answer"));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Consumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        while (!isClosed()) {
            try (Consumer<byte[], byte[]> opened = kafka.reader("policy", Topic.POLICY)) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException e) {
                LOG.debug("woken up to close");
            } catch (RuntimeException e) {
                lost(e);
            } finally {
                consumer = null;
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        consumer.assignment().forEach(partition -> consumer.seek(partition, positions.getOrDefault(partition, 0L)));
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (!isClosed()) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            polled.forEach(records::accept);
            ends.keySet().forEach(partition -> positions.put(partition, consumer.position(partition)));
            boolean first = caughtUp.getCount() > 0;
            if (first && ends.entrySet().stream().anyMatch(end -> positions.get(end.getKey()) < end.getValue())) {
                continue;
            }
            if (first || !polled.isEmpty() || records.isDue() || state.trouble().isPresent()) {
                records.apply();
                pause = FIRST_PAUSE;
                changed(records.state());
                caughtUp.countDown();
            }
        }
    }

    private void lost(RuntimeException e) {
        String trouble = e.getMessage() == null ? e.toString() : e.getMessage();
        if (!state.trouble().equals(Optional.of(trouble))) {
            LOG.warn("the policy topic cannot be followed and is opened again; the last good policy stays", e);
            changed(state.with(Optional.of(trouble)));
        }
        try {
            closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    private void changed(PolicyState next) {
        state = next;
        for (Listener listener : listeners) {
            try {
                listener.changed(next);
            } catch (RuntimeException e) {
                LOG.error("a listener failed on a change of the policy", e);
            }
        }
    }
}
