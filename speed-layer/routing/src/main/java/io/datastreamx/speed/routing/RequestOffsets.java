package io.datastreamx.speed.routing;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.KafkaFailure;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;

/** Where reading {@code ad-requests} begins, by partition: at the end that it had when it was looked at. */
final class RequestOffsets {
    /** How Spark writes "from the beginning" in offsets as JSON. */
    private static final long EARLIEST = -2;

    private final Map<Integer, Long> ends;

    private RequestOffsets(Map<Integer, Long> ends) {
        this.ends = ends;
    }

    /** @throws IllegalStateException where the topic is not there or the broker does not answer within 15 s */
    static RequestOffsets now(KafkaClients kafka) {
        String topic = Topic.AD_REQUESTS.topicName();
        try (Consumer<byte[], byte[]> consumer = kafka.reader("request-offsets", topic)) {
            Map<Integer, Long> ends = new TreeMap<>();
            consumer.endOffsets(consumer.assignment())
                    .forEach((partition, end) -> ends.put(partition.partition(), end));
            return new RequestOffsets(ends);
        } catch (KafkaException e) {
            throw KafkaFailure.explain(
                    kafka.kafka(), e, "cannot look up " + topic + " at " + kafka.kafka() + "; is the broker up?");
        }
    }

    /** The same, and partitions that were added since from their first record on: all of it came since. */
    RequestOffsets withAdded(RequestOffsets later) {
        Map<Integer, Long> all = new TreeMap<>(ends);
        later.ends.keySet().forEach(partition -> all.putIfAbsent(partition, EARLIEST));
        return new RequestOffsets(all);
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
