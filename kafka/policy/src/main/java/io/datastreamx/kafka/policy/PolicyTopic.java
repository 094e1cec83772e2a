package io.datastreamx.kafka.policy;

import io.datastreamx.config.LeaseSettings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyChange;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.KafkaFailure;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.WriterLease;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
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

    /** A change takes its turn; who dies on another machine in the middle of one holds others up for so long. */
    private static final LeaseSettings TURN = new LeaseSettings(Duration.ofSeconds(40), Duration.ofSeconds(60));

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SALT_BYTES = 16;

    private final Lake lake;
    private final KafkaClients kafka;

    public PolicyTopic(Lake lake, KafkaClients kafka) {
        this.lake = lake;
        this.kafka = kafka;
    }

    /** Brings a first policy into force: its file, then the record. Throws as {@link #publish}. */
    public ControlRecord.Policy install(PolicyDocument document, Instant at) {
        return install(
                document.salted(salt()), at, new PolicyChange(Operator.current().name(), "install", null, null));
    }

    private ControlRecord.Policy install(PolicyDocument document, Instant at, PolicyChange change) {
        ControlRecord.Policy record = ControlRecord.Policy.of(store(document), at, change);
        publish(record);
        return record;
    }

    /**
     * Brings what is made of the policy in force into force in its place. Of several processes that do so at once each
     * builds on what the one before has made: a night's model never takes back a kill switch.
     *
     * @param what was asked for, for the audit trail
     * @param at when; the record's time is later where that of the policy in force is not before it
     * @param next makes the new policy for the time of its record; the policy in force itself where nothing is to be
     *     changed, and then there is no record
     * @throws IllegalStateException when there is no policy to build on, or as {@link #inForce} and {@link #publish}
     * @throws io.datastreamx.lake.LeaseHeldException when another process does not come to an end with its change
     */
    public PolicyChanged change(
            Operator operator, String what, Instant at, BiFunction<PolicyDocument, Instant, PolicyDocument> next) {
        try (WriterLease lease = WriterLease.acquire(lake.files(), lake.leaseUri("policy"), lake.root(), TURN)) {
            PolicyInForce inForce = inForce()
                    .orElseThrow(
                            () -> new IllegalStateException(
                                    "no policy is in force yet, so there are no aggregators to build on; start the system with `dsx up` first"));
            PolicyDocument before = inForce.document();
            PolicyDocument made =
                    next.apply(before, later(at, inForce.record())).salted(before.salt());
            if (made.equals(before)) {
                return new PolicyChanged(inForce.record(), before, before);
            }
            PolicyDocument after = made.salted(salt());
            lease.check();
            PolicyChange change = new PolicyChange(operator.name(), what, before.policyVersion(), operator.reason());
            return new PolicyChanged(install(after, later(at, inForce.record()), change), before, after);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to change the policy; nothing was changed", e);
        }
    }

    /** The latest of the lake's records is the one in force, also where clocks disagree. */
    private static Instant later(Instant at, ControlRecord inForce) {
        Instant time = at.truncatedTo(ChronoUnit.MILLIS);
        return time.isAfter(inForce.eventTime()) ? time : inForce.eventTime().plusMillis(1);
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
        ControlFiles files = ControlFiles.read(lake, "");
        List<ControlRecord> kept = files.records();
        List<String> refused = new ArrayList<>(files.refused());
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
        Stream.of(state.health(), state.caps(), state.corrections())
                .flatMap(Optional::stream)
                .forEach(record -> {
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

    /** Each policy has one of its own. A decision names its policy, so that the draw can be repeated. */
    private static String salt() {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return HexFormat.of().formatHex(salt);
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
