package io.datastreamx.kafka.broker;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The server configuration of a broker that is alone on one machine. */
final class BrokerProperties {

    /** A record of 900 KB must pass with room for its headers and batch. */
    private static final int MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

    private BrokerProperties() {}

    static Properties of(BrokerOptions options) {
        String client = "127.0.0.1:" + options.port();
        String controller = "127.0.0.1:" + options.controllerPort();
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("listeners", "PLAINTEXT://" + client + ",CONTROLLER://" + controller),
                Map.entry("advertised.listeners", "PLAINTEXT://" + client),
                Map.entry("controller.quorum.voters", "1@" + controller),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", options.dir().toString())));
        properties.putAll(Map.ofEntries(
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("log.message.timestamp.type", "LogAppendTime"),
                Map.entry("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES)),
                Map.entry("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES)),
                Map.entry("log.segment.bytes", Integer.toString(128 * 1024 * 1024)),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                // The share of a dead dispatcher is taken over within three seconds.
                Map.entry("group.min.session.timeout.ms", "1000"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1")));
        properties.putAll(Map.of(
                "num.network.threads", "2",
                "num.io.threads", "2",
                "num.recovery.threads.per.data.dir", "1",
                "background.threads", "2",
                "log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024)));
        options.properties().ifPresent(file -> load(file, properties));
        return properties;
    }

    private static void load(Path file, Properties properties) {
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the server properties in " + file, e);
        }
    }
}
