package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.KafkaFailure;
import io.datastreamx.speed.ingest.PassResult.Gap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** What ingest asks Kafka about its log besides the records: which log it is, how many partitions, where they begin. */
final class KafkaLog implements AutoCloseable {
    /**
     * Which log it is. Offsets of two logs have nothing to do with each other, though their topics have one name.
     *
     * @param cluster id of the cluster, which the folder of a broker holds
     * @param topics id by name; a topic that is made anew gets another
     */
    record Identity(String cluster, TreeMap<String, String> topics) {
        /** Names of the topics that are not those of the other. */
        Set<String> changedSince(Identity other) {
            return topics.keySet().stream()
                    .filter(topic -> !cluster.equals(other.cluster())
                            || !topics.get(topic).equals(other.topics().get(topic)))
                    .collect(Collectors.toSet());
        }
    }

    /**
     * The log as it is now.
     *
     * @param partitions numbers by topic
     */
    record Shape(Identity identity, Map<String, List<Integer>> partitions) {}

    private static final List<String> TOPICS =
            Arrays.stream(Topic.values()).map(Topic::topicName).toList();

    private final KafkaClients kafka;
    private final Admin admin;

    KafkaLog(KafkaClients kafka) {
        this.kafka = kafka;
        this.admin = kafka.admin("log");
    }

    /**
     * @throws IllegalStateException where Kafka cannot be reached, refuses the sign-in or lacks a topic, saying what to
     *     do
     */
    Shape shape() {
        DescribeClusterResult cluster = admin.describeCluster();
        Map<String, TopicDescription> topics =
                await(admin.describeTopics(TOPICS).allTopicNames(), "its topics");
        TreeMap<String, String> ids = new TreeMap<>();
        Map<String, List<Integer>> partitions = new HashMap<>();
        topics.forEach((name, topic) -> {
            ids.put(name, topic.topicId().toString());
            partitions.put(
                    name,
                    topic.partitions().stream()
                            .map(partition -> partition.partition())
                            .toList());
        });
        return new Shape(new Identity(await(cluster.clusterId(), "its cluster id"), ids), partitions);
    }

    Identity identity() {
        return shape().identity();
    }

    /** First offsets that are still there, by {@code topic-partition}. */
    Map<String, Long> beginnings(Set<TopicPartition> partitions) {
        Map<String, Long> beginnings = new HashMap<>();
        await(
                        admin.listOffsets(partitions.stream()
                                        .collect(
                                                Collectors.toMap(partition -> partition, any -> OffsetSpec.earliest())))
                                .all(),
                        "where its partitions begin")
                .forEach((partition, info) -> beginnings.put(partition.toString(), info.offset()));
        return beginnings;
    }

    /** How many offsets of a gap lie before the partition's beginning: they were deleted before they were read. */
    static long lostOf(Gap gap, long beginning) {
        return Math.max(0, Math.min(gap.end(), beginning) - gap.start());
    }

    private <T> T await(KafkaFuture<T> answer, String what) {
        try {
            return answer.get();
        } catch (ExecutionException | KafkaException e) {
            String reason = (e instanceof ExecutionException ? e.getCause() : e).getMessage();
            throw KafkaFailure.explain(
                    kafka.kafka(), e, "cannot ask Kafka at " + kafka.kafka() + " for " + what + ": " + reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Kafka for " + what, e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
