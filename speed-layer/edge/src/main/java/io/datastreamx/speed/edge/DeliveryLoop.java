package io.datastreamx.speed.edge;

import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.kafka.KafkaClients;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads all ads from now on, in a thread of its own, and hands them on. Every edge reads all of them, without a group:
 * which one a box waits at, no partition tells.
 */
final class DeliveryLoop implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final EventValidator validator;
    private final Consumer<Delivery> receiver;
    private final Consumer<Throwable> onFailure;
    private final Thread thread = new Thread(this::run, "deliveries");
    private volatile boolean stopping;

    /** @param onFailure told why if ads cannot be read any more */
    DeliveryLoop(KafkaClients kafka, String currency, Consumer<Delivery> receiver, Consumer<Throwable> onFailure) {
        this.validator = new EventValidator(currency);
        this.receiver = receiver;
        this.onFailure = onFailure;
        consumer = kafka.reader("deliveries", Topic.AD_DELIVERIES.topicName());
    }

    /** Returns when it is settled from where on ads are read: none that comes later is missed. */
    void start() {
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        thread.start();
    }

    private void run() {
        try (consumer) {
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    read(record.value());
                }
            }
        } catch (WakeupException e) {
            // close() asks for the end.
        } catch (RuntimeException e) {
            if (!stopping) {
                onFailure.accept(new IllegalStateException("ads cannot be read any more", e));
            }
        }
    }

    private void read(byte[] value) {
        if (validator.validate(Topic.AD_DELIVERIES, value) instanceof Validated.Accepted accepted) {
            receiver.accept(new Delivery(
                    accepted.event().text("device_id"), accepted.event().text("request_id"), value));
        }
    }

    @Override
    public void close() {
        stopping = true;
        consumer.wakeup();
        try {
            if (thread.getState() == Thread.State.NEW) {
                consumer.close();
            }
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
