package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.kafka.policy.PolicyTopic;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the policy topic in a thread of its own. A policy that cannot be loaded or is corrupt is refused, and the
 * last good one stays.
 */
final class PolicyFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final PolicyTopic topic;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Consumer<Throwable> onFailure;
    private final Thread thread = new Thread(this::follow, "policy-follower");
    private volatile boolean stopping;
    private volatile PolicyInForce policy;
    private volatile ControlRecord.Health lastHealth;
    private volatile ControlRecord.Caps lastCaps;
    /**
     * A record whose policy could not be loaded: tried again until it loads or another one replaces it, since a file
     * store may fail for a while.
     */
    private ControlRecord.Policy refused;

    /**
     * Reads the topic to its end.
     *
     * @param onFailure told once if the topic cannot be followed any more
     */
    PolicyFollower(PolicyTopic topic, KafkaConnection kafka, Consumer<Throwable> onFailure) {
        this.topic = topic;
        this.onFailure = onFailure;
        this.consumer = new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        100)),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = new TopicPartition(Topic.POLICY, 0);
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        consumer.seekToBeginning(List.of(partition));
        while (consumer.position(partition) < end) {
            read();
        }
    }

    /** Goes on reading in the background. */
    void start() {
        thread.start();
    }

    Optional<PolicyInForce> policy() {
        return Optional.ofNullable(policy);
    }

    Optional<ControlRecord.Health> lastHealth() {
        return Optional.ofNullable(lastHealth);
    }

    Optional<ControlRecord.Caps> lastCaps() {
        return Optional.ofNullable(lastCaps);
    }

    private void follow() {
        try {
            while (!stopping) {
                read();
            }
        } catch (WakeupException e) {
            LOG.debug("stopped");
        } catch (RuntimeException e) {
            onFailure.accept(new IllegalStateException("the policy topic cannot be followed any more", e));
        } finally {
            consumer.close();
        }
    }

    private void read() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            if (record.value() != null) {
                parseAndApply(record.value());
            }
        }
        if (refused != null) {
            load(refused, false);
        }
    }

    private void parseAndApply(byte[] value) {
        ControlRecord record;
        try {
            record = ContractJson.MAPPER.readValue(value, ControlRecord.class);
        } catch (IOException e) {
            LOG.warn(
                    "refused a record of the policy topic that is no control record; what was in force stays: {}",
                    e.getMessage());
            return;
        }
        if (record instanceof ControlRecord.Policy named) {
            load(named, true);
        } else if (record instanceof ControlRecord.Health health) {
            lastHealth = health;
        } else if (record instanceof ControlRecord.Caps caps) {
            lastCaps = caps;
        }
    }

    private void load(ControlRecord.Policy record, boolean firstTry) {
        try {
            policy = new PolicyInForce(topic.load(record.policy()));
            refused = null;
            LOG.info("policy {} is in force", policy.document().policyVersion());
        } catch (RuntimeException e) {
            refused = record;
            if (firstTry) {
                LOG.warn("refused policy {}; the last good one stays in force", record.eventId(), e);
            }
        }
    }

    @Override
    public void close() {
        stopping = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
