package io.datastreamx.kafka;

import io.datastreamx.config.KafkaSettings;
import io.datastreamx.process.CannotRunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes every Kafka client of ours. There are four kinds, and what each needs to be right is set here once: no client
 * commits by itself or makes a topic by asking for it, and a broker that does not answer is waited for
 * {@value #PATIENCE_S} seconds unless the caller says otherwise.
 *
 * @param kafka where the broker is
 * @param program who asks; client ids begin with it
 */
public record KafkaClients(KafkaConnection kafka, String program) {
    /** Longest record that a topic of ours takes: one of 900 KB must pass with room to spare, to be quarantined. */
    public static final int MAX_RECORD_BYTES = 2 * 1024 * 1024;

    private static final int PATIENCE_S = 15;
    private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_S);
    private static final Duration MEMBER_FETCH_WAIT = Duration.ofMillis(50);
    private static final Duration GATHERED = Duration.ofMillis(400);
    private static final int GATHERED_BYTES = 1024 * 1024;
    /** Writers learn of added partitions after five minutes; who reads them in time must know them before. */
    private static final Duration MEMBER_LOOK = Duration.ofSeconds(5);

    private static final int HEARTBEATS_PER_SESSION = 8;

    private static final Duration LINGER = Duration.ofMillis(2);
    private static final int BATCH_BYTES = 64 * 1024;

    public static KafkaClients of(KafkaSettings kafka, String program) {
        return new KafkaClients(KafkaConnection.of(kafka), program);
    }

    /** Of a broker that asks for no sign-in. */
    public static KafkaClients plaintext(String bootstrapServers, String program) {
        return new KafkaClients(KafkaConnection.plaintext(bootstrapServers), program);
    }

    /**
     * Reads whole topics without a group, from where the caller seeks to; all their partitions are assigned, in order.
     * What a writer has aborted is not seen.
     *
     * @throws CannotRunException where the broker does not answer or a topic is not there, saying what to do
     */
    public Consumer<byte[], byte[]> reader(String purpose, String... topics) {
        return reader(
                purpose,
                Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString()),
                topics);
    }

    /**
     * The same for records that are written without transactions and wanted soon: those of others that are open in the
     * same topic are not waited for. Fetches return within 50 ms, with what has come meanwhile.
     *
     * @throws CannotRunException as {@link #reader}
     */
    public Consumer<byte[], byte[]> promptReader(String purpose, String... topics) {
        return reader(
                purpose,
                Map.of(
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        millis(MEMBER_FETCH_WAIT),
                        ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                        GATHERED_BYTES),
                topics);
    }

    /**
     * The same for whoever has half a second: the broker gathers records for so long, or until there is a megabyte,
     * instead of answering for each one.
     *
     * @throws CannotRunException as {@link #reader}
     */
    public Consumer<byte[], byte[]> gatheringReader(String purpose, String... topics) {
        return reader(
                purpose,
                Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        IsolationLevel.READ_COMMITTED.toString(),
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        millis(GATHERED),
                        ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                        GATHERED_BYTES),
                topics);
    }

    private Consumer<byte[], byte[]> reader(String purpose, Map<String, Object> more, String... topics) {
        return explained("the topics " + String.join(", ", topics) + " cannot be read", () -> {
            Consumer<byte[], byte[]> consumer = consumer(purpose, more);
            try {
                List<TopicPartition> partitions = new ArrayList<>();
                for (String topic : topics) {
                    partitions.addAll(partitions(consumer, topic));
                }
                consumer.assign(partitions);
                return consumer;
            } catch (RuntimeException e) {
                consumer.close();
                throw e;
            }
        });
    }

    /**
     * Shares topics with the other members of a group and commits what is done, from the beginning where nothing is
     * committed. Partitions move only from members that leave or die, or to those that come (cooperative). A member
     * with a name that takes the place of a dead one of that name gets its partitions at once, not after a session
     * timeout; two at a time may not have the same, and the later one puts the earlier out. Fetches return within 50
     * ms, and partitions that are added are known within seconds. An open transaction is not waited for: what is read
     * here is of worth for less than a second.
     *
     * @param name of this member; empty for none, and then it leaves the group when it is closed
     * @param sessionTimeout after which a silent member loses its partitions. Where the broker does not allow so
     *     little, the first poll fails with {@link org.apache.kafka.common.errors.InvalidSessionTimeoutException}
     */
    public Consumer<byte[], byte[]> groupMember(String group, String name, Duration sessionTimeout) {
        Map<String, Object> own = new HashMap<>(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName(),
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                millis(sessionTimeout),
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                millis(sessionTimeout) / HEARTBEATS_PER_SESSION,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                millis(MEMBER_FETCH_WAIT),
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                millis(MEMBER_LOOK)));
        if (!name.isEmpty()) {
            own.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name);
        }
        return explained("group " + group + " cannot be joined", () -> consumer(group, own));
    }

    /**
     * Writes each record once and in order, and acknowledges it when all replicas have it; gives up after two minutes.
     * Gathers records for 2 ms.
     */
    public Producer<byte[], byte[]> writer(String purpose) {
        return writer(purpose, Duration.ofMinutes(2));
    }

    /** @param patience after which a record that the broker has not taken fails, at least a second */
    public Producer<byte[], byte[]> writer(String purpose, Duration patience) {
        return writer(purpose, patience, LINGER);
    }

    /** @param linger how long records are gathered; zero for those whose sender waits */
    public Producer<byte[], byte[]> writer(String purpose, Duration patience, Duration linger) {
        Map<String, Object> own = Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                clientId(purpose),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.LINGER_MS_CONFIG,
                millis(linger),
                ProducerConfig.BATCH_SIZE_CONFIG,
                BATCH_BYTES,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                MAX_RECORD_BYTES,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                millis(patience),
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                millis(patience),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.min(millis(patience) / 3, 30_000));
        return explained(
                "nothing can be written",
                () -> new KafkaProducer<>(kafka.with(own), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** Asks about topics and makes them. */
    public Admin admin(String purpose) {
        return admin(purpose, PATIENCE);
    }

    /** @param patience how long an answer is waited for */
    public Admin admin(String purpose, Duration patience) {
        Map<String, Object> own = Map.of(
                AdminClientConfig.CLIENT_ID_CONFIG, clientId(purpose),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(patience),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(patience),
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        return explained("the broker cannot be asked", () -> Admin.create(kafka.with(own)));
    }

    private Consumer<byte[], byte[]> consumer(String purpose, Map<String, Object> more) {
        Map<String, Object> own = kafka.with(more);
        own.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId(purpose));
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(PATIENCE));
        return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .toList();
        if (partitions.isEmpty()) {
            throw new CannotRunException(
                    "there is no topic " + topic + " at " + kafka + "; make the topics first, `dsx up` does");
        }
        return partitions;
    }

    private <T> T explained(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (KafkaException e) {
            throw KafkaFailure.explain(kafka, e, what + " at " + kafka + ": " + e.getMessage() + "; is the broker up?");
        }
    }

    private String clientId(String purpose) {
        return program + "-" + purpose;
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }
}
