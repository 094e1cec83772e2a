package io.datastreamx.serving.http;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.process.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the event topics end at the moment. A thread looks every second; {@link #fresh()} looks at once, so that a lag
 * of zero means that everything sent before the question is counted. Kafka being out of reach is no error here: there
 * is then no lag to tell.
 */
public final class KafkaEnds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaEnds.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final List<String> TOPICS =
            Arrays.stream(Topic.values()).map(Topic::topicName).toList();

    /** First and end offset of a partition. */
    private record Span(long first, long end) {}

    /** @param spans by {@code topic-partition}; empty when Kafka could not be asked */
    public record Ends(Optional<Map<String, Span>> spans) {
        /** Records not yet covered by the given end offsets; empty when Kafka could not be asked. */
        public OptionalLong lag(Map<String, Long> covered) {
            return spans.map(known -> OptionalLong.of(known.entrySet().stream()
                            .mapToLong(e -> Math.max(
                                    0,
                                    e.getValue().end()
                                            - covered.getOrDefault(
                                                    e.getKey(), e.getValue().first())))
                            .sum()))
                    .orElse(OptionalLong.empty());
        }
    }

    private static final Ends UNKNOWN = new Ends(Optional.empty());

    private final Admin admin;
    private final ScheduledExecutorService watcher = Background.named("kafka-ends");
    private volatile Ends latest = UNKNOWN;

    public KafkaEnds(KafkaClients kafka) {
        this.admin = kafka.admin("ends", PATIENCE);
    }

    public void start() {
        watcher.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    /** As of at most about a second ago. */
    public Ends latest() {
        return latest;
    }

    /** As of now; while Kafka is out of reach, what the last look found, without waiting for it. */
    public Ends fresh() {
        if (latest.spans().isPresent()) {
            look();
        }
        return latest;
    }

    private void look() {
        try {
            latest = new Ends(Optional.of(spans()));
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            if (latest.spans().isPresent()) {
                LOG.warn("Kafka cannot be asked for its end offsets, so there is no lag to tell: {}", e.toString());
            }
            latest = UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            latest = UNKNOWN;
        }
    }

    private Map<String, Span> spans() throws ExecutionException, InterruptedException, TimeoutException {
        List<TopicPartition> partitions = partitions();
        Map<TopicPartition, Long> firsts = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Map<String, Span> spans = new HashMap<>();
        ends.forEach((partition, end) -> spans.put(partition.toString(), new Span(firsts.get(partition), end)));
        return spans;
    }

    private List<TopicPartition> partitions() throws ExecutionException, InterruptedException, TimeoutException {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(TOPICS).topicNameValues().entrySet()) {
            try {
                topic.getValue()
                        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .partitions()
                        .forEach(
                                partition -> partitions.add(new TopicPartition(topic.getKey(), partition.partition())));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return partitions;
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(asked)
                .all()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    @Override
    public void close() {
        watcher.shutdownNow();
        admin.close(Duration.ofMillis(500));
    }
}
