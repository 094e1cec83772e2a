package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * The fills of today that earlier processes wrote, from the log itself. It covers exactly what stood in the topic when
 * it was made; what is written later is counted as it happens.
 */
final class CapRecount implements AutoCloseable {

    /** A retry repeats an event within the life of its request, so its first copy is among the latest. */
    private static final int REMEMBERED_IDS = 100_000;

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final EventValidator validator;
    private final LocalDate day;
    private final Map<TopicPartition, Long> ends;
    private final Set<String> counted = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED_IDS;
        }
    });

    CapRecount(KafkaClients kafka, String currency, LocalDate day) {
        this.validator = new EventValidator(currency);
        this.day = day;
        this.consumer = kafka.reader("cap-recount", Topic.AD_EVENTS.topicName());
        ends = consumer.endOffsets(consumer.assignment());
    }

    /** Adds the fills to {@code caps}; ends early when {@code stop} says so. */
    void countInto(CapCounter caps, BooleanSupplier stop) {
        long midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        Map<TopicPartition, OffsetAndTimestamp> starts =
                consumer.offsetsForTimes(ends.keySet().stream().collect(Collectors.toMap(p -> p, p -> midnight)));
        ends.forEach((partition, end) -> {
            OffsetAndTimestamp start = starts.get(partition);
            consumer.seek(partition, start == null ? end : start.offset());
        });
        while (!stop.getAsBoolean()
                && ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    count(record.value(), caps);
                }
            }
        }
    }

    private void count(byte[] value, CapCounter caps) {
        if (!(validator.validate(Topic.AD_EVENTS, value) instanceof Validated.Accepted accepted)) {
            return;
        }
        Event event = accepted.event();
        boolean fill = event.type() == EventType.RESPONSE
                && ResponseOutcome.FILL.code().equals(event.text("outcome"));
        if (fill && dayOf(event).equals(day) && counted.add(event.eventId())) {
            caps.filled(day, event.text("aggregator_id"), 1);
        }
    }

    private static LocalDate dayOf(Event event) {
        return Instant.EPOCH
                .plus(event.eventTimeMicros(), ChronoUnit.MICROS)
                .atZone(ZoneOffset.UTC)
                .toLocalDate();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
