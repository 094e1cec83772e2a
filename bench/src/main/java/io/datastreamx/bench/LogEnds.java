package io.datastreamx.bench;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;

/** Where the event topics end. Not thread-safe. */
final class LogEnds implements AutoCloseable {
    private final Consumer<byte[], byte[]> reader;

    LogEnds(KafkaClients clients) {
        this.reader = clients.reader(
                "ends", Arrays.stream(Topic.values()).map(Topic::topicName).toArray(String[]::new));
    }

    /** One past the last offset, by {@code topic-partition}. */
    Map<String, Long> now() {
        Map<String, Long> ends = new TreeMap<>();
        reader.endOffsets(reader.assignment())
                .forEach((partition, end) -> ends.put(partition.topic() + "-" + partition.partition(), end));
        return ends;
    }

    /** Records in all partitions. */
    static long total(Map<String, Long> ends) {
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() {
        reader.close();
    }
}
