package io.datastreamx.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A real Kafka broker in a child JVM. It keeps its port over {@link #restart}, so clients find it again; {@link #close}
 * ends it and removes a folder that it made itself.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final List<String> EVENT_TOPICS =
            List.of("tuning-events", "ad-requests", "ad-decisions", "ad-events", "ad-deliveries");
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final String READY = "READY ";

    private final Path dir;
    private final boolean ownDir;
    private final Optional<Path> properties;
    private String address = "";
    private JavaProcess process;

    private BrokerProcess(Path dir, boolean ownDir, Optional<Path> properties) {
        this.dir = dir;
        this.ownDir = ownDir;
        this.properties = properties;
    }

    /** Starts a broker with an empty log in a temporary folder. */
    public static BrokerProcess start() {
        return startIn(Folders.temporary("dsx-broker"), true, Optional.empty());
    }

    /** As {@link #start()}, with server properties of its own in a file. */
    public static BrokerProcess startWith(Path properties) {
        return startIn(Folders.temporary("dsx-broker"), true, Optional.of(properties));
    }

    /** Starts a broker on {@code dir}, which is kept; a log that is there is taken up. */
    public static BrokerProcess start(Path dir) {
        return startIn(dir, false, Optional.empty());
    }

    private static BrokerProcess startIn(Path dir, boolean ownDir, Optional<Path> properties) {
        BrokerProcess broker = new BrokerProcess(dir, ownDir, properties);
        try {
            broker.launch("0");
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private void launch(String port) {
        List<String> args = new ArrayList<>(List.of("--dir", dir.resolve("data").toString(), "--port", port));
        properties.ifPresent(file -> args.addAll(List.of("--properties", file.toString())));
        process = JavaProcess.start(new JavaProcess.Launch(
                "io.datastreamx.kafka.broker.BrokerMain",
                Repository.runtimeClasspath("kafka/broker"),
                List.of("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                args));
        address =
                process.awaitLine(READY, START_LIMIT).substring(READY.length()).strip();
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
        return address;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Makes the five event topics with LogAppendTime, and the compacted {@code policy} topic with one partition. */
    public void createEventTopics(int partitions) {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : EVENT_TOPICS) {
            topics.add(new NewTopic(name, partitions, (short) 1)
                    .configs(Map.of("message.timestamp.type", "LogAppendTime")));
        }
        topics.add(new NewTopic("policy", 1, (short) 1)
                .configs(Map.of("cleanup.policy", "compact", "message.timestamp.type", "LogAppendTime")));
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address))) {
            admin.createTopics(topics).all().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics were created", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create topics on " + address, e.getCause());
        }
    }

    /** SIGKILL: what was acknowledged must be there after {@link #restart}. */
    public void kill() {
        process.kill();
    }

    /** SIGTERM; returns the exit code. */
    public int terminate() {
        return process.terminate();
    }

    /** Starts it again on the same folder and port; one that still runs is killed first. */
    public void restart() {
        process.close();
        launch(address.substring(address.lastIndexOf(':') + 1));
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        if (ownDir) {
            Folders.delete(dir);
        }
    }
}
