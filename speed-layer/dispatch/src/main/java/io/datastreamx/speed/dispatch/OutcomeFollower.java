package io.datastreamx.speed.dispatch;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.CanaryWatch;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.PriceSpread;
import io.datastreamx.ml.policy.ResponseWatch;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what all dispatchers have written, in a thread of its own: what has been filled under the caps, how aggregators
 * answer, how far each request is. So each of them knows at any time what it must know to take over from another.
 *
 * <p>It begins with what may concern a decision that is still to be handled; the fills of today before that are counted
 * by a second thread meanwhile.
 */
final class OutcomeFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeFollower.class);
    /** A new broker makes its topic of offsets when somebody asks for the first time. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOOK_FOR_PARTITIONS = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    /** Clocks of brokers and dispatchers may differ by this much. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** A decision is first in the log and then answered; the clocks of two brokers may say otherwise. */
    private static final Duration BROKER_SKEW = Duration.ofSeconds(1);

    private static final byte[] RESPONSE =
            ('"' + EventType.RESPONSE.wireName() + '"').getBytes(StandardCharsets.US_ASCII);

    private final KafkaClients kafka;
    private final String group;
    private final EventValidator validator;
    private final Clock clock;
    private final CapLedger caps;
    private final HealthMonitor health;
    private final ResponseWatch watch;
    private final CanaryWatch canary;
    private final Supplier<PolicySnapshot> inForce;
    private final AnsweredRequests answered;
    private final Consumer<Throwable> onFailure;
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "outcomes");
    private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private volatile int partitions;
    private volatile boolean closed;
    private long nextLook;

    /**
     * @param inForce by whose model prices scatter and ads are watched to their end
     * @param onFailure told why if outcomes cannot be read any more
     */
    OutcomeFollower(
            KafkaClients kafka,
            Settings settings,
            Clock clock,
            CapLedger caps,
            HealthMonitor health,
            ResponseWatch watch,
            CanaryWatch canary,
            Supplier<PolicySnapshot> inForce,
            AnsweredRequests answered,
            Consumer<Throwable> onFailure) {
        this.kafka = kafka;
        this.group = settings.dispatch().consumerGroup();
        this.validator = new EventValidator(settings.currency());
        this.clock = clock;
        this.caps = caps;
        this.health = health;
        this.watch = watch;
        this.canary = canary;
        this.inForce = inForce;
        this.answered = answered;
        this.onFailure = onFailure;
        thread.setDaemon(true);
    }

    /**
     * Looks up where to begin, and begins.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker does not say
     */
    void start() throws InterruptedException {
        consumer = kafka.promptReader("outcomes", Topic.AD_EVENTS.topicName(), Topic.AD_DELIVERIES.topicName());
        // Before the committed offsets: what is written from here on is read, and what was written before concerns
        // decisions that are older.
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        OptionalLong oldest = oldestToHandle();
        seek(consumer, ends, oldest.isPresent() ? oldest.getAsLong() - BROKER_SKEW.toMillis() : Long.MAX_VALUE);
        notePositions();
        count();
        thread.start();
    }

    /** When the first decision was appended that is not known to be handled; empty where all are. */
    private OptionalLong oldestToHandle() throws InterruptedException {
        try (Admin admin = kafka.admin("committed", FIRST_LOOK);
                org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> decisions =
                        kafka.promptReader("to-handle", Topic.AD_DECISIONS.topicName())) {
            partitions = decisions.assignment().size();
            Map<TopicPartition, OffsetAndMetadata> committed = committed(admin);
            Map<TopicPartition, Long> begins = decisions.beginningOffsets(decisions.assignment());
            Map<TopicPartition, Long> open = new HashMap<>(decisions.endOffsets(decisions.assignment()));
            for (TopicPartition partition : decisions.assignment()) {
                OffsetAndMetadata known = committed.get(partition);
                decisions.seek(
                        partition, Math.max(begins.get(partition), known == null ? 0 : Math.max(0, known.offset())));
            }
            long oldest = Long.MAX_VALUE;
            open.entrySet().removeIf(end -> decisions.position(end.getKey()) >= end.getValue());
            while (!open.isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> record : decisions.poll(POLL)) {
                    if (open.remove(new TopicPartition(record.topic(), record.partition())) != null) {
                        oldest = Math.min(oldest, record.timestamp());
                    }
                }
                open.entrySet().removeIf(end -> decisions.position(end.getKey()) >= end.getValue());
            }
            return oldest == Long.MAX_VALUE
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.max(oldest, clock.millis() - DecisionLoop.LONGEST_LIFE.toMillis()));
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(Admin admin) throws InterruptedException {
        try {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw new KafkaException(
                    "the offsets of group " + group + " cannot be read: "
                            + e.getCause().getMessage() + ".",
                    e.getCause());
        }
    }

    /** To the first records of that time, or to these ends. */
    private static void seek(
            org.apache.kafka.clients.consumer.Consumer<?, ?> consumer, Map<TopicPartition, Long> ends, long timeMs) {
        Map<TopicPartition, OffsetAndTimestamp> starts = timeMs == Long.MAX_VALUE
                ? Map.of()
                : consumer.offsetsForTimes(ends.keySet().stream().collect(Collectors.toMap(p -> p, p -> timeMs)));
        ends.forEach((partition, end) -> {
            OffsetAndTimestamp start = starts.get(partition);
            consumer.seek(partition, start == null ? end : Math.min(end, start.offset()));
        });
    }

    /** Where the log of outcomes ends now. @param asking who asks for it, on its own thread */
    Map<TopicPartition, Long> ends(org.apache.kafka.clients.consumer.Consumer<?, ?> asking) {
        return asking.endOffsets(Stream.of(Topic.AD_EVENTS.topicName(), Topic.AD_DELIVERIES.topicName())
                .flatMap(topic -> asking.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList());
    }

    /** Whether all that stood before these offsets has been taken in. */
    boolean hasPassed(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** The number of the partitions of the decisions; with another one than before, fills are counted again. */
    void partitions(int number) {
        partitions = number;
    }

    private void run() {
        try (var open = consumer) {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : open.poll(POLL)) {
                    follow(record);
                }
                notePositions();
                lookForPartitions();
                if (partitions != caps.partitions()) {
                    LOG.info("decisions have {} partitions now; fills are counted again for them", partitions);
                    count();
                }
            }
        } catch (WakeupException e) {
            LOG.debug("woken up to close");
        } catch (RuntimeException e) {
            onFailure.accept(new IllegalStateException("what dispatchers have written cannot be read any more", e));
        }
    }

    private void notePositions() {
        consumer.assignment().forEach(partition -> positions.put(partition, consumer.position(partition)));
    }

    private void lookForPartitions() {
        long now = System.nanoTime();
        if (now < nextLook) {
            return;
        }
        nextLook = now + LOOK_FOR_PARTITIONS.toNanos();
        Set<TopicPartition> all = new HashSet<>();
        consumer.assignment().stream().map(TopicPartition::topic).distinct().forEach(topic -> consumer.partitionsFor(
                        topic)
                .forEach(info -> all.add(new TopicPartition(topic, info.partition()))));
        if (all.size() > consumer.assignment().size()) {
            Map<TopicPartition, Long> before = new HashMap<>(positions);
            consumer.assign(all);
            all.forEach(partition -> consumer.seek(partition, before.getOrDefault(partition, 0L)));
        }
    }

    private void follow(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(Topic.AD_DELIVERIES.topicName())) {
            if (validator.validate(Topic.AD_DELIVERIES, record.value()) instanceof Validated.Accepted accepted) {
                Event delivery = accepted.event();
                answered.add(delivery.text("request_id"), AnsweredRequests.DONE, record.timestamp());
                // Its response is sent in the same moment, and may be lost with the dispatcher.
                caps.filled(delivery.text("aggregator_id"), delivery.text("request_id"), timeOf(delivery));
            }
            return;
        }
        Optional<Event> response = response(record.value());
        if (response.isEmpty()) {
            return;
        }
        Event event = response.get();
        int attempt = isFill(event) ? AnsweredRequests.DONE : (int) event.number("attempt", 0);
        answered.add(event.text("request_id"), attempt, record.timestamp());
        reason(event).ifPresent(reason -> judge(event, reason, record.timestamp()));
        compare(event, record.timestamp());
        if (isFill(event)) {
            caps.filled(event.text("aggregator_id"), event.text("request_id"), askedAt(event));
        }
    }

    /** @param atMs when Kafka took the response */
    private void judge(Event response, ResponseReason reason, long atMs) {
        String aggregator = response.text("aggregator_id");
        health.answered(aggregator, reason);
        watch.answered(aggregator, atMs, isFill(response), (Double) response.value("expected_fill"));
        if (isFill(response)) {
            watch.paid(
                    aggregator,
                    atMs,
                    response.number("price_micros", 0),
                    response.number("expected_price_micros", 0),
                    inForce.get()
                            .model()
                            .map(model -> model.priceSpread(aggregator))
                            .orElse(PriceSpread.UNKNOWN));
        }
    }

    /** @param atMs when Kafka took the response */
    private void compare(Event response, long atMs) {
        if (canary.isWatching()) {
            canary.answered(
                    response.text("request_id"),
                    response.text("model_version"),
                    atMs,
                    isFill(response),
                    isFill(response) ? response.number("price_micros", 0) * completion(response) : 0);
        }
    }

    /** By the model in force, whoever decided: a canary is not asked what its own decisions are worth. */
    private double completion(Event response) {
        PolicySnapshot snapshot = inForce.get();
        AdSlot slot = new AdSlot(Context.of(response), askedAt(response), 0, 0);
        return snapshot.model()
                .flatMap(model -> snapshot.policy().aggregators().stream()
                        .filter(terms -> terms.aggregatorId().equals(response.text("aggregator_id")))
                        .findFirst()
                        .map(terms -> model.estimate(slot, terms).completion()))
                .orElse(0.0);
    }

    private Optional<Event> response(byte[] value) {
        return value != null
                        && contains(value, RESPONSE)
                        && validator.validate(Topic.AD_EVENTS, value) instanceof Validated.Accepted accepted
                        && accepted.event().type() == EventType.RESPONSE
                ? Optional.of(accepted.event())
                : Optional.empty();
    }

    /** Most of the events in the topic come from boxes, and need not be read for that to be seen. */
    private static boolean contains(byte[] value, byte[] sought) {
        for (int i = 0; i <= value.length - sought.length; i++) {
            if (value[i] == sought[0] && Arrays.equals(value, i, i + sought.length, sought, 0, sought.length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFill(Event response) {
        return ResponseOutcome.FILL.code().equals(response.text("outcome"));
    }

    private static Instant askedAt(Event response) {
        return timeOf(response).minusMillis(response.number("latency_ms", 0));
    }

    private static Instant timeOf(Event event) {
        return Instant.EPOCH.plus(event.eventTimeMicros(), ChronoUnit.MICROS);
    }

    /** Empty where an earlier or later edition has written it. */
    private static Optional<ResponseReason> reason(Event response) {
        String code = response.text("reason");
        return Arrays.stream(ResponseReason.values())
                .filter(reason -> reason.code().equals(code))
                .findFirst();
    }

    /** Counts the fills of today that stand before the present positions. */
    private void count() {
        Map<TopicPartition, Long> ends = positions.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(Topic.AD_EVENTS.topicName()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        long count = caps.begin(partitions);
        Thread counter = new Thread(() -> countTo(ends, count), "fills-of-today");
        counter.setDaemon(true);
        counter.start();
    }

    private void countTo(Map<TopicPartition, Long> ends, long count) {
        long begun = System.nanoTime();
        try (var history = kafka.promptReader("fills", Topic.AD_EVENTS.topicName())) {
            history.assign(ends.keySet());
            Instant midnight = clock.instant().truncatedTo(ChronoUnit.DAYS);
            seek(history, ends, midnight.minus(SKEW).toEpochMilli());
            while (ends.entrySet().stream().anyMatch(end -> history.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : history.poll(POLL)) {
                    if (closed || !caps.isLatest(count)) {
                        return;
                    }
                    if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                        response(record.value())
                                .filter(OutcomeFollower::isFill)
                                .ifPresent(fill -> caps.filledBefore(
                                        count, fill.text("aggregator_id"), fill.text("request_id"), askedAt(fill)));
                    }
                }
            }
            caps.counted(count);
            LOG.info("the fills of today are counted, in {} ms", (System.nanoTime() - begun) / 1_000_000);
        } catch (RuntimeException e) {
            if (!closed) {
                onFailure.accept(new IllegalStateException("the fills of today could not be counted", e));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        if (consumer == null) {
            return;
        }
        consumer.wakeup();
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
