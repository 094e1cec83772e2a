package io.datastreamx.kafka.policy;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.EventTimes;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.kafka.KafkaFailure;
import io.datastreamx.lake.Lake;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code policy} topic and the files that its records name. A control record is first a file in the lake, then a
 * Kafka record, so that every snapshot that a decision names can be found again.
 */
public final class PolicyTopic {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyTopic.class);
    /** Longest wait for the broker. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Lake lake;
    private final KafkaConnection kafka;

    /** On a broker that asks for no sign-in. */
    public PolicyTopic(Lake lake, String bootstrapServers) {
        this(lake, KafkaConnection.plaintext(bootstrapServers));
    }

    public PolicyTopic(Lake lake, KafkaConnection kafka) {
        this.lake = lake;
        this.kafka = kafka;
    }

    /** The record that brings a stored policy into force; the same policy at the same time has the same id. */
    public static ControlRecord.Policy record(ArtifactRef policy, Instant at) {
        ControlRecord.Policy unnamed = new ControlRecord.Policy(1, "", EventTimes.format(at), policy);
        String id = unnamed.key() + ":"
                + ArtifactRef.sha256(ContractJson.bytes(unnamed)).substring(0, 12);
        return new ControlRecord.Policy(1, id, unnamed.eventTime(), policy);
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
        Map<String, Object> properties = kafka.with(Map.of(
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis()));
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topic.POLICY, record.key(), json))
                    .get();
        } catch (ExecutionException | RuntimeException e) {
            throw KafkaFailure.explain(
                    kafka,
                    e,
                    "control record " + record.eventId() + " did not reach Kafka at " + kafka
                            + "; what was in force stays in force, publish it again when the broker is back");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while publishing " + record.eventId(), e);
        }
    }

    /** The policy record in force: the last one on the topic; empty before the first. */
    public Optional<ControlRecord.Policy> currentPolicy() {
        Map<String, Object> properties = kafka.with(Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis()));
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topic.POLICY).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return lastPolicy(consumer, consumer.endOffsets(partitions));
        } catch (org.apache.kafka.common.KafkaException e) {
            throw KafkaFailure.explain(
                    kafka,
                    e,
                    "the topic " + Topic.POLICY + " at " + kafka
                            + " cannot be read; is the broker up and the topic there?");
        }
    }

    /**
     * The document that a record names.
     *
     * @throws IllegalStateException when the file is not what the reference says
     */
    public PolicyDocument load(ArtifactRef reference) {
        byte[] content = lake.artifacts().read(reference);
        try {
            return ContractJson.MAPPER.readValue(content, PolicyDocument.class);
        } catch (IOException e) {
            throw new IllegalStateException("policy file " + reference.uri() + " is not a policy document", e);
        }
    }

    /**
     * Writes the document to {@code policies/<policy_version>.json}; storing the same document again changes nothing.
     */
    public ArtifactRef store(PolicyDocument document) {
        String version = document.policyVersion();
        return lake.artifacts().write(version, lake.policyUri(version), ContractJson.bytes(document));
    }

    private static Optional<ControlRecord.Policy> lastPolicy(
            KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
        Optional<ControlRecord.Policy> last = Optional.empty();
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(
                        "the topic " + Topic.POLICY + " was not read to its end within " + PATIENCE);
            }
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                Optional<ControlRecord.Policy> policy = parse(record);
                last = policy.isPresent() ? policy : last;
            }
        }
        return last;
    }

    /** Empty for records of other kinds and for corrupt ones: routers refuse those too and keep the last good one. */
    private static Optional<ControlRecord.Policy> parse(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return ContractJson.MAPPER.readValue(record.value(), ControlRecord.class)
                            instanceof ControlRecord.Policy policy
                    ? Optional.of(policy)
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warn(
                    "the record at offset {} of the topic {} is not a control record and is passed over: {}",
                    record.offset(),
                    Topic.POLICY,
                    e.toString());
            return Optional.empty();
        }
    }
}
