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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        return usable(records);
    }

    /**
     * What was brought back into an empty topic.
     *
     * @param policy the version in force; empty where none of the lake's can be used
     * @param others kinds of the other records that were brought back
     * @param refused why records of the lake cannot be used
     */
    public record Restored(Optional<String> policy, List<String> others, List<String> refused) {
        public Restored {
            others = List.copyOf(others);
            refused = List.copyOf(refused);
        }

        /** For an operator. */
        public String explained() {
            String what = policy.map(version -> "policy " + version + " of the lake is in force again"
                            + others.stream().map(kind -> ", with " + kind).collect(Collectors.joining()))
                    .orElse(
                            "no policy of the lake can be used, so a first one is in force; name the aggregators with dsx up --aggregators");
            return "the policy topic held no policy, as that of a new broker: " + what
                    + (refused.isEmpty() ? "" : "; refused: " + String.join("; ", refused));
        }
    }

    /**
     * Publishes again what the lake holds as the latest of each kind. For a topic without a policy: the lake's files
     * are written before their records, so the topic of a broker that was lost is there, except that a record whose
     * publication failed counts too.
     *
     * @return empty where the lake has never held a policy
     * @throws IllegalStateException where a file cannot be read for the moment, or the broker does not take a record
     */
    public Optional<Restored> restoreFromLake() {
        ControlRecords records = new ControlRecords(new PolicyFiles(lake), Clock.systemUTC());
        List<String> refused = new ArrayList<>();
        List<ControlRecord> kept = new ArrayList<>();
        for (String name : lake.files().list(lake.controlFolder())) {
            if (name.contains(":")) {
                try {
                    kept.add(ControlRecord.read(lake.files().read(lake.controlFolder() + "/" + name)));
                } catch (IllegalArgumentException e) {
                    refused.add(name + " (" + e.getMessage() + ")");
                }
            }
        }
        kept.sort(Comparator.comparing(ControlRecord::eventTime));
        for (int i = 0; i < kept.size(); i++) {
            records.accept(kept.get(i).key(), i, ContractJson.bytes(kept.get(i)));
        }
        Optional<PolicyInForce> policy = usable(records);
        PolicyState state = records.state();
        state.standing().forEach(refusal -> refused.add(refusal.what() + " (" + refusal.reason() + ")"));
        if (policy.isEmpty() && refused.isEmpty()) {
            return Optional.empty();
        }
        policy.ifPresent(found -> publish(found.record()));
        List<String> others = new ArrayList<>();
        Stream.of(state.health(), state.caps()).flatMap(Optional::stream).forEach(record -> {
            publish(record);
            others.add(record.key());
        });
        return Optional.of(new Restored(policy.map(found -> found.document().policyVersion()), others, refused));
    }

    /** @throws IllegalStateException where the newest cannot be read for the moment */
    private static Optional<PolicyInForce> usable(ControlRecords records) {
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
