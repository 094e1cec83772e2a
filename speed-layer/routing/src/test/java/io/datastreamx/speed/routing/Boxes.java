package io.datastreamx.speed.routing;

import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.EventTimes;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The boxes' side of Kafka: sends requests, collects decisions from the moment it was made. */
final class Boxes implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final EventValidator validator = new EventValidator("USD");
    private final Producer<byte[], byte[]> producer;
    private final Consumer<byte[], byte[]> consumer;
    private final List<Decision> collected = new ArrayList<>();

    Boxes(String bootstrapServers) {
        KafkaClients kafka = KafkaClients.plaintext(bootstrapServers, "boxes");
        producer = kafka.writer("requests");
        consumer = kafka.reader("decisions", Topic.AD_DECISIONS.topicName());
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
    }

    void request(String requestId, Instant time) {
        send(json(requestId, time));
    }

    /** Waits for the broker, which may have that partition for a moment only. */
    void request(String requestId, Instant time, int partition) throws Exception {
        producer.partitionsFor(Topic.AD_REQUESTS.topicName());
        producer.send(new ProducerRecord<>(
                        Topic.AD_REQUESTS.topicName(),
                        partition,
                        null,
                        json(requestId, time).getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    private static String json(String requestId, Instant time) {
        return """
                {"schema_version":1,"event_id":"e-%s","event_type":"ad_request","event_time":"%s","device_id":"box-1",\
                "request_id":"%s","channel_id":"news1","region":"north","device_model":"x1","tmax_ms":30000}""".formatted(requestId, EventTimes.format(time), requestId);
    }

    void send(String value) {
        producer.send(new ProducerRecord<>(
                Topic.AD_REQUESTS.topicName(),
                ("box-" + value.hashCode()).getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Waits until so many decisions of these requests are there, and returns them; fails on a record that the contract
     * does not accept.
     */
    List<Decision> await(int count, Predicate<Decision> wanted) {
        producer.flush();
        long giveUp = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            List<Decision> found = collected.stream().filter(wanted).toList();
            if (found.size() >= count) {
                return found;
            }
            if (System.nanoTime() > giveUp) {
                throw new AssertionError(
                        "only " + found.size() + " of " + count + " decisions within " + LIMIT + ": " + collected);
            }
            poll(Duration.ofMillis(100));
        }
    }

    /** Sends requests until one is decided as wanted. */
    Decision requestUntil(String prefix, Predicate<Decision> wanted) {
        long giveUp = System.nanoTime() + LIMIT.toNanos();
        for (int i = 0; System.nanoTime() < giveUp; i++) {
            String id = prefix + "-" + i;
            request(id, Instant.now());
            List<Decision> decided =
                    await(1, decision -> decision.request().requestId().equals(id));
            if (wanted.test(decided.get(0))) {
                return decided.get(0);
            }
        }
        throw new AssertionError("no request was decided as wanted within " + LIMIT);
    }

    private void poll(Duration wait) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
            Validated validated = validator.validate(Topic.AD_DECISIONS, record.value());
            if (!(validated instanceof Validated.Accepted accepted)) {
                throw new AssertionError("not a decision by the contract: " + validated + ": "
                        + new String(record.value(), StandardCharsets.UTF_8));
            }
            Decision decision = Decision.of(accepted.event());
            if (!decision.request().requestId().equals(new String(record.key(), StandardCharsets.UTF_8))) {
                throw new AssertionError("the key of a decision is its request id: " + decision);
            }
            collected.add(decision);
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
