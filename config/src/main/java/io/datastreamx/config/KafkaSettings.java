package io.datastreamx.config;

import java.time.Duration;

/**
 * Where Kafka is, how clients sign in and how topics are made.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param partitions of each event topic
 * @param retention how long Kafka keeps events
 */
public record KafkaSettings(String bootstrapServers, KafkaSecurity security, int partitions, Duration retention) {
    public KafkaSettings {
        Allowed.matching(
                "datastreamx.kafka.bootstrap-servers",
                bootstrapServers,
                "\\S+:\\d+(,\\S+:\\d+)*",
                "host:port, several separated by commas");
        Allowed.range("datastreamx.kafka.partitions", partitions, 1, 10_000);
        Allowed.atLeast("datastreamx.kafka.retention", retention, Duration.ofMinutes(1));
    }

    static KafkaSettings of(Values values) {
        return new KafkaSettings(
                values.text("bootstrap-servers"),
                KafkaSecurity.of(values.at("security")),
                values.whole("partitions"),
                values.duration("retention"));
    }
}
