package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.config.KafkaSettings;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of the stack, made where they are missing. */
public final class Topics {
    private static final int LOOKS = 300;
    private static final long LOOK_MS = 100;

    private Topics() {}

    public static void create(KafkaSettings kafka) throws InterruptedException {
        try (Admin admin = KafkaClients.of(kafka, "dsx").admin("topics")) {
            for (NewTopic topic : all(kafka)) {
                try {
                    admin.createTopics(List.of(topic)).all().get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new CliException(
                                "topic " + topic.name() + " could not be made on " + kafka.bootstrapServers() + ": "
                                        + e.getCause().getMessage(),
                                e);
                    }
                }
            }
            awaitKnown(admin, all(kafka).stream().map(NewTopic::name).toList());
        }
    }

    /** The controller has made them; the broker, whom everybody asks, learns of them a moment later. */
    private static void awaitKnown(Admin admin, List<String> topics) throws InterruptedException {
        for (int look = 1; ; look++) {
            try {
                admin.describeTopics(topics).allTopicNames().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || look == LOOKS) {
                    throw new CliException(
                            "the topics were made but cannot be found: "
                                    + e.getCause().getMessage(),
                            e);
                }
                Thread.sleep(LOOK_MS);
            }
        }
    }

    private static List<NewTopic> all(KafkaSettings kafka) {
        List<NewTopic> topics = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            topics.add(new NewTopic(topic.topicName(), kafka.partitions(), (short) 1)
                    .configs(Map.of(
                            "message.timestamp.type", "LogAppendTime",
                            "retention.ms", Long.toString(kafka.retention().toMillis()),
                            "max.message.bytes", Integer.toString(KafkaClients.MAX_RECORD_BYTES))));
        }
        topics.add(new NewTopic(Topic.POLICY, 1, (short) 1)
                .configs(Map.of("cleanup.policy", "compact", "message.timestamp.type", "LogAppendTime")));
        return topics;
    }
}
