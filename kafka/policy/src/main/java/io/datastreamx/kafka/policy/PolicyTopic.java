package io.datastreamx.kafka.policy;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.KafkaFailure;
import io.datastreamx.lake.Lake;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The {@code policy} topic and the files that its records name. A control record is first a file in the lake, then a
 * Kafka record, so that every snapshot that a decision names can be found again.
 */
public final class PolicyTopic {
    /** Longest wait for the broker. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Lake lake;
    private final KafkaClients kafka;

    public PolicyTopic(Lake lake, KafkaClients kafka) {
        this.lake = lake;
        this.kafka = kafka;
    }

    /**
     * Brings a policy into force: its file, then the record. Doing it again at the same time changes nothing. Throws as
     * {@link #publish}.
     */
    public ControlRecord.Policy install(PolicyDocument document, Instant at) {
        ControlRecord.Policy record = ControlRecord.Policy.of(store(document), at);
        publish(record);
        return record;
    }

    /**
     * Writes the record to the lake, then to Kafka, and waits until the broker has it. Publishing one record twice
     * leaves the topic as it was after the first.
     *
     * @throws IllegalStateException when the broker does not take it; the file alone brings nothing into force
     */
    public void publish(ControlRecord record) {
        byte[] json = ContractJson.bytes(record);
        lake.files().write(lake.controlUri(record.eventId()), json);
        byte[] key = record.key().getBytes(StandardCharsets.UTF_8);
        try (Producer<byte[], byte[]> producer = kafka.writer("control", PATIENCE)) {
            producer.send(new ProducerRecord<>(Topic.POLICY, key, json)).get();
        } catch (ExecutionException | KafkaException e) {
            throw KafkaFailure.explain(
                    kafka.kafka(),
                    e,
                    "control record " + record.eventId() + " did not reach Kafka at " + kafka.kafka()
                            + "; what was in force stays in force, publish it again when the broker is back");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while publishing " + record.eventId(), e);
        }
    }

    /**
     * The policy in force: the newest on the topic that every follower would take too; empty before the first.
     *
     * @throws IllegalStateException when the broker does not answer, or a file of the newest policy cannot be read for
     *     the moment, so that nobody builds on an older one
     */
    public Optional<PolicyInForce> inForce() {
        ControlRecords records = new ControlRecords(new PolicyFiles(lake), Clock.systemUTC());
        try (Consumer<byte[], byte[]> consumer = kafka.reader("in-force", Topic.POLICY)) {
            consumer.seekToBeginning(consumer.assignment());
            readToEnd(consumer, records);
        } catch (KafkaException e) {
            throw KafkaFailure.explain(
                    kafka.kafka(),
                    e,
                    "the topic " + Topic.POLICY + " at " + kafka.kafka() + " cannot be read; is the broker up?");
        }
        records.apply();
        records.state().standing().stream()
                .filter(Refusal::triedAgain)
                .findFirst()
                .ifPresent(refusal -> {
                    throw new IllegalStateException(refusal.what() + " cannot be read for the moment: "
                            + refusal.reason() + ". What routes is not touched; see to the lake's files and try again");
                });
        return records.policy();
    }

    /**
     * Writes the document to {@code policies/<policy_version>.json}; storing the same document again changes nothing.
     */
    public ArtifactRef store(PolicyDocument document) {
        String version = document.policyVersion();
        return lake.artifacts().write(version, lake.policyUri(version), ContractJson.bytes(document));
    }

    private static void readToEnd(Consumer<byte[], byte[]> consumer, ControlRecords records) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(
                        "the topic " + Topic.POLICY + " was not read to its end within " + PATIENCE);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                records.accept(record);
            }
        }
    }
}
