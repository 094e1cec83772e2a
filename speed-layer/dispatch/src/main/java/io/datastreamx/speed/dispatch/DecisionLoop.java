package io.datastreamx.speed.dispatch;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads decisions and hands each on once, in a thread of its own.
 *
 * <p>An offset is committed only when its decision is handled and the outcomes are in Kafka. A restart therefore
 * repeats the decisions that were under way, but of those only the ones whose deadline has not passed are dispatched
 * again, under the same event ids. The partition of a decision follows from its request id, so all decisions on a
 * request come to the same process.
 */
final class DecisionLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionLoop.class);
    /**
     * No box waits longer for an ad. Decisions that were appended earlier are passed over unread, so that a long
     * backlog is caught up with at once.
     */
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(5);

    private static final int REMEMBERED_REQUESTS = 500_000;
    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration BUSY_POLL = Duration.ofMillis(2);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(5);
    private static final long COMMIT_EVERY_MS = 1_000;
    private static final long STOP_LIMIT_MS = 2_000;

    private final Dispatcher dispatcher;
    private final Counters counters;
    private final Clock clock;
    private final int maxInFlight;
    private final EventValidator validator;
    private final Consumer<Throwable> onFailure;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final SeenRequests seen = new SeenRequests(REMEMBERED_REQUESTS);
    private final OffsetTracker offsets = new OffsetTracker();
    private final Deque<ConsumerRecord<byte[], byte[]>> pending = new ArrayDeque<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final CountDownLatch assigned = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "decisions");
    private volatile boolean stopping;
    private long lastCommit;
    private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();

    /** @param onFailure told why if decisions cannot be read or outcomes not written any more */
    DecisionLoop(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Settings settings,
            Dispatcher dispatcher,
            Counters counters,
            Clock clock,
            Consumer<Throwable> onFailure) {
        this.dispatcher = dispatcher;
        this.counters = counters;
        this.clock = clock;
        this.maxInFlight = settings.dispatch().maxInFlight();
        this.validator = new EventValidator(settings.currency());
        this.onFailure = onFailure;
        this.consumer = consumer;
    }

    void start() {
        thread.start();
    }

    /** Returns when the first partitions are assigned. */
    void awaitAssignment() throws InterruptedException {
        assigned.await();
    }

    int inFlight() {
        return inFlight.get();
    }

    private void run() {
        try {
            consumer.subscribe(List.of(Topic.AD_DECISIONS.topicName()), new Rebalance());
            while (!stopping) {
                read();
                handOn();
                commitNowAndThen();
            }
            finish();
        } catch (RuntimeException e) {
            stopping = true;
            onFailure.accept(new IllegalStateException("decisions cannot be read any more", e));
        } finally {
            assigned.countDown();
            consumer.close(CloseOptions.timeout(COMMIT_LIMIT));
        }
    }

    private void read() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(pending.isEmpty() ? IDLE_POLL : BUSY_POLL)) {
            offsets.begin(new TopicPartition(record.topic(), record.partition()), record.offset());
            pending.add(record);
        }
    }

    /**
     * Too many under way: the rest waits here, the partitions are paused, and what waits past its deadline is dropped
     * when its turn comes.
     */
    private void handOn() {
        while (!pending.isEmpty() && inFlight.get() < maxInFlight) {
            handle(pending.poll());
        }
        if (pending.isEmpty()) {
            consumer.resume(consumer.paused());
        } else {
            consumer.pause(consumer.assignment());
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        inFlight.incrementAndGet();
        dispatchOnce(record).whenComplete((nothing, e) -> {
            inFlight.decrementAndGet();
            if (e == null) {
                offsets.done(partition, record.offset());
            } else {
                onFailure.accept(new IllegalStateException(
                        "the outcomes of the decision at " + partition + " offset " + record.offset()
                                + " could not be written",
                        e));
            }
        });
    }

    private CompletableFuture<Void> dispatchOnce(ConsumerRecord<byte[], byte[]> record) {
        long now = clock.millis();
        if (record.timestamp() < now - LONGEST_LIFE.toMillis()) {
            return passedOver(DecisionFate.LATE);
        }
        Decision decision = decision(record);
        if (decision == null) {
            return passedOver(DecisionFate.INVALID);
        }
        long deadline = decision.request().deadline().toEpochMilli();
        if (deadline < now) {
            return passedOver(DecisionFate.LATE);
        } else if (!seen.add(decision.request().requestId(), deadline, now)) {
            return passedOver(DecisionFate.DUPLICATE);
        } else if (decision.status() != DecisionStatus.ROUTED) {
            return passedOver(DecisionFate.NOT_ROUTED);
        }
        counters.count(DecisionFate.DISPATCHED);
        return dispatcher.dispatch(decision);
    }

    private CompletableFuture<Void> passedOver(DecisionFate fate) {
        counters.count(fate);
        return CompletableFuture.completedFuture(null);
    }

    /**
     * @return null where the record is none, or is one that a later version of the contract wrote and this one cannot
     *     read
     */
    private Decision decision(ConsumerRecord<byte[], byte[]> record) {
        if (validator.validate(Topic.AD_DECISIONS, record.value()) instanceof Validated.Accepted accepted) {
            try {
                return Decision.of(accepted.event());
            } catch (IllegalArgumentException e) {
                LOG.warn(
                        "refused the decision at offset {} of partition {}: {}",
                        record.offset(),
                        record.partition(),
                        e.getMessage());
            }
        }
        return null;
    }

    private void commitNowAndThen() {
        long now = System.nanoTime() / 1_000_000;
        if (now - lastCommit < COMMIT_EVERY_MS) {
            return;
        }
        lastCommit = now;
        Map<TopicPartition, OffsetAndMetadata> done = offsets.committable();
        if (!done.equals(committed)) {
            committed = done;
            consumer.commitAsync(done, (ignored, e) -> {
                if (e != null) {
                    committed = Map.of();
                    LOG.warn("offsets were not committed, the next commit covers them: {}", e.getMessage());
                }
            });
        }
    }

    /** What is under way counts until Kafka has its outcomes, so nothing needs to be flushed after the wait. */
    private void finish() {
        long limit = System.nanoTime() + STOP_LIMIT_MS * 1_000_000;
        while (inFlight.get() > 0 && System.nanoTime() < limit) {
            pause();
        }
        commitAll();
    }

    private void commitAll() {
        try {
            consumer.commitSync(offsets.committable(), COMMIT_LIMIT);
        } catch (KafkaException e) {
            LOG.warn("offsets were not committed; decisions after the last commit will be read again", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while answers were awaited", e);
        }
    }

    /** Takes no more decisions, waits up to 2 s for those under way, and commits. */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned.countDown();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!stopping) {
                commitAll();
            }
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            offsets.forget(partitions);
            pending.removeIf(record -> partitions.contains(new TopicPartition(record.topic(), record.partition())));
        }
    }
}
