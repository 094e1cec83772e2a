package io.datastreamx.speed.routing;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.kafka.KafkaFailure;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The end of {@code ad-requests}, by partition. */
final class RequestOffsets {
    private final Map<Integer, Long> ends;

    private RequestOffsets(Map<Integer, Long> ends) {
        this.ends = ends;
    }

    /** @throws IllegalStateException where the topic is not there or the broker does not answer within 15 s */
    static RequestOffsets now(KafkaConnection kafka) {
        Map<String, Object> settings = kafka.with(Map.of(
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                15_000));
        String topic = Topic.AD_REQUESTS.topicName();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .sorted(Comparator.comparingInt(TopicPartition::partition))
                    .toList();
            if (partitions.isEmpty()) {
                throw new IllegalStateException(
                        "there is no topic " + topic + " at " + kafka + "; make the topics first");
            }
            Map<Integer, Long> ends = new TreeMap<>();
            consumer.endOffsets(partitions).forEach((partition, end) -> ends.put(partition.partition(), end));
            return new RequestOffsets(ends);
        } catch (KafkaException e) {
            throw KafkaFailure.explain(kafka, e, "cannot look up " + topic + " at " + kafka + "; is the broker up?");
        }
    }

    int partitions() {
        return ends.size();
    }

    /** As Spark's {@code startingOffsets} wants it. */
    String json() {
        String byPartition = ends.entrySet().stream()
                .map(end -> "\"" + end.getKey() + "\":" + end.getValue())
                .collect(Collectors.joining(","));
        return "{\"" + Topic.AD_REQUESTS.topicName() + "\":{" + byPartition + "}}";
    }
}
