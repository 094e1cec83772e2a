package io.datastreamx.speed.dispatch;

import io.datastreamx.config.DispatchSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.process.Notice;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads its share of the decisions and hands each on once, in a thread of its own.
 *
 * <p>The partition of a decision follows from its request id, so all decisions on a request come to the same
 * dispatcher. A partition that comes to this one waits until all is known that others have written about its decisions.
 *
 * <p>An offset is committed only when its decision is handled and the outcomes are in Kafka. A restart therefore
 * repeats the decisions that were under way, but of those only the ones whose deadline has not passed are dispatched
 * again, from where the log says that they have got, and under the same event ids.
 */
final class DecisionLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionLoop.class);
    /**
     * No box waits longer for an ad. Decisions that were appended earlier are passed over unread, so that a long
     * backlog is caught up with at once.
     */
    static final Duration LONGEST_LIFE = Duration.ofMinutes(5);

    private static final int REMEMBERED_REQUESTS = 500_000;
    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration BUSY_POLL = Duration.ofMillis(2);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(5);
    private static final long COMMIT_EVERY_MS = 1_000;
    private static final long STOP_LIMIT_MS = 2_000;
    /** Aggregators with a cap can wait, and the others cannot. */
    private static final Duration LONGEST_COUNT = Duration.ofSeconds(1);
    /** Brokers allow it if nobody has told them otherwise. */
    private static final Duration USUAL_SESSION = Duration.ofSeconds(6);

    private final Dispatcher dispatcher;
    private final Counters counters;
    private final Clock clock;
    private final int maxInFlight;
    private final EventValidator validator;
    private final Consumer<Throwable> onFailure;
    private final DispatchSettings settings;
    private final KafkaClients kafka;
    private final OutcomeFollower outcomes;
    private final AnsweredRequests answered;
    private final CapLedger caps;
    /** By partition; those that are ours. */
    private final Map<TopicPartition, Share> shares = new HashMap<>();

    private final OffsetTracker offsets = new OffsetTracker();
    private final Deque<ConsumerRecord<byte[], byte[]>> pending = new ArrayDeque<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final CountDownLatch assigned = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "decisions");
    private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private volatile boolean stopping;
    private volatile boolean leading;
    private volatile int read;
    private long lastCommit;
    private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();

    /** A partition that is ours, for as long as it is. */
    private static final class Share {
        /** What the log of outcomes held when it became ours. */
        final Map<TopicPartition, Long> ends;

        final long since = System.nanoTime();
        final AtomicInteger inFlight = new AtomicInteger();
        /** Begins anew with each time that the partition comes: what was left to another is decided again. */
        final SeenRequests seen;

        volatile boolean lost;
        boolean taken;

        Share(Map<TopicPartition, Long> ends, int rememberedRequests) {
            this.ends = ends;
            this.seen = new SeenRequests(rememberedRequests);
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }

    /** @param onFailure told why if decisions cannot be read or outcomes not written any more */
    DecisionLoop(
            KafkaClients kafka,
            Settings settings,
            Dispatcher dispatcher,
            OutcomeFollower outcomes,
            AnsweredRequests answered,
            CapLedger caps,
            Counters counters,
            Clock clock,
            Consumer<Throwable> onFailure) {
        this.dispatcher = dispatcher;
        this.counters = counters;
        this.clock = clock;
        this.kafka = kafka;
        this.settings = settings.dispatch();
        this.outcomes = outcomes;
        this.answered = answered;
        this.caps = caps;
        this.maxInFlight = settings.dispatch().maxInFlight();
        this.validator = new EventValidator(settings.currency());
        this.onFailure = onFailure;
        this.consumer = member(settings.dispatch().sessionTimeout());
    }

    private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> member(Duration sessionTimeout) {
        return kafka.groupMember(settings.consumerGroup(), settings.name(), sessionTimeout);
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

    /** How many partitions are read here. */
    int partitionsRead() {
        return read;
    }

    /** Whether this dispatcher speaks for all: the one that reads the first partition does. */
    boolean isLeading() {
        return leading;
    }

    private void run() {
        try {
            join();
            while (!stopping) {
                read();
                takeOver();
                handOn();
                commitNowAndThen();
            }
            finish();
        } catch (RuntimeException e) {
            stopping = true;
            onFailure.accept(new IllegalStateException(
                    e instanceof FencedInstanceIdException
                            ? "another dispatcher has the name " + settings.name()
                                    + " too; give each its own, as datastreamx.dispatch.name"
                            : "decisions cannot be read any more",
                    e));
        } finally {
            assigned.countDown();
            consumer.close(CloseOptions.timeout(COMMIT_LIMIT));
        }
    }

    private void join() {
        Rebalance rebalance = new Rebalance();
        List<String> topics = List.of(Topic.AD_DECISIONS.topicName());
        consumer.subscribe(topics, rebalance);
        try {
            read();
        } catch (InvalidSessionTimeoutException e) {
            Notice.tell("Kafka at " + kafka.kafka() + " does not take members that are given up after "
                    + settings.sessionTimeout().toMillis() + " ms; it is " + USUAL_SESSION.toSeconds()
                    + " s now, so the share of a dead dispatcher is taken over later. Set the brokers'"
                    + " group.min.session.timeout.ms lower, or datastreamx.dispatch.session-timeout higher");
            consumer.close(CloseOptions.timeout(COMMIT_LIMIT));
            consumer = member(USUAL_SESSION);
            consumer.subscribe(topics, rebalance);
        }
    }

    /** A partition waits until all is known that was written about its decisions before it became ours. */
    private void takeOver() {
        shares.forEach((partition, share) -> {
            if (!share.taken
                    && outcomes.hasPassed(share.ends)
                    && (caps.isCounted() || share.age().compareTo(LONGEST_COUNT) > 0)) {
                share.taken = true;
                LOG.info(
                        "{} is ours, read from {} after {} ms",
                        partition,
                        consumer.position(partition),
                        share.age().toMillis());
                if (!caps.isCounted()) {
                    LOG.warn("the fills of today are not counted yet; until then nobody with a cap is asked");
                }
            }
        });
        noteShares();
    }

    private void noteShares() {
        List<TopicPartition> taken = shares.entrySet().stream()
                .filter(share -> share.getValue().taken)
                .map(Map.Entry::getKey)
                .toList();
        read = taken.size();
        leading = taken.stream().anyMatch(partition -> partition.partition() == 0);
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
            consumer.resume(consumer.paused().stream()
                    .filter(partition -> shares.containsKey(partition) && shares.get(partition).taken)
                    .toList());
        } else {
            consumer.pause(consumer.assignment());
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Share share = shares.get(partition);
        inFlight.incrementAndGet();
        share.inFlight.incrementAndGet();
        dispatchOnce(record, share).whenComplete((nothing, e) -> {
            if (e == null && !share.lost) {
                offsets.done(partition, record.offset());
            }
            share.inFlight.decrementAndGet();
            inFlight.decrementAndGet();
            if (e != null) {
                onFailure.accept(new IllegalStateException(
                        "the outcomes of the decision at " + partition + " offset " + record.offset()
                                + " could not be written",
                        e));
            }
        });
    }

    private CompletableFuture<Void> dispatchOnce(ConsumerRecord<byte[], byte[]> record, Share share) {
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
        } else if (!share.seen.add(decision.request().requestId(), deadline, now)) {
            return passedOver(DecisionFate.DUPLICATE);
        } else if (decision.status() != DecisionStatus.ROUTED) {
            return passedOver(DecisionFate.NOT_ROUTED);
        }
        int attempts = answered.attempts(decision.request().requestId());
        if (attempts == AnsweredRequests.DONE) {
            return passedOver(DecisionFate.ANSWERED);
        }
        counters.count(attempts == 0 ? DecisionFate.DISPATCHED : DecisionFate.RESUMED);
        return dispatcher.dispatch(decision, new Handling(record.partition(), attempts, () -> !share.lost));
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
        outcomes.partitions(partitions());
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
        awaitZero(inFlight::get);
        commitAll();
    }

    private static void awaitZero(IntSupplier open) {
        long limit = System.nanoTime() + STOP_LIMIT_MS * 1_000_000;
        while (open.getAsInt() > 0 && System.nanoTime() < limit) {
            pause();
        }
    }

    /** Of the decisions, as far as is known: a partition that has come to us is there, whatever else we know. */
    private int partitions() {
        return Stream.concat(
                        consumer.partitionsFor(Topic.AD_DECISIONS.topicName()).stream()
                                .map(PartitionInfo::partition),
                        shares.keySet().stream().map(TopicPartition::partition))
                .mapToInt(partition -> partition + 1)
                .max()
                .orElse(1);
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
            Map<TopicPartition, Long> ends = partitions.isEmpty() ? Map.of() : outcomes.ends(consumer);
            partitions.forEach(partition -> shares.put(partition, new Share(ends, REMEMBERED_REQUESTS / partitions())));
            consumer.pause(partitions);
            assigned.countDown();
        }

        /** Who comes next knows what is written when it comes, so all that is under way is finished first. */
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            pending.removeIf(record -> partitions.contains(new TopicPartition(record.topic(), record.partition())));
            if (!stopping) {
                awaitZero(() -> partitions.stream()
                        .map(shares::get)
                        .filter(Objects::nonNull)
                        .mapToInt(share -> share.inFlight.get())
                        .sum());
                commitAll();
            }
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(
                    partition -> Optional.ofNullable(shares.remove(partition)).ifPresent(share -> share.lost = true));
            noteShares();
            offsets.forget(partitions);
            LOG.info("no longer ours: {}", partitions);
            pending.removeIf(record -> partitions.contains(new TopicPartition(record.topic(), record.partition())));
        }
    }
}
