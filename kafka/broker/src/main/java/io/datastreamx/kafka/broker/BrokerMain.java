package io.datastreamx.kafka.broker;

import io.datastreamx.config.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker for one machine: KRaft, one node that is broker and controller, listening on 127.0.0.1 only.
 *
 * <p>Prints {@code READY 127.0.0.1:PORT} on stdout when clients can connect. SIGTERM closes the logs cleanly and exits
 * with 0; after SIGKILL the next start on the same folder recovers. Topics are never created by accident, and records
 * carry the time of their append.
 */
public final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] args) throws Exception {
        BrokerOptions given;
        try {
            given = BrokerOptions.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + BrokerOptions.USAGE);
            System.exit(2);
            return;
        }
        int port = FreePort.orFree(given.port(), given.controllerPort());
        BrokerOptions options = given.withPorts(port, FreePort.orFree(given.controllerPort(), port));
        StopSignal stop = StopSignal.install();
        formatOnce(options.dir());
        KafkaRaftServer server =
                new KafkaRaftServer(KafkaConfig.fromProps(BrokerProperties.of(options), false), Time.SYSTEM);
        server.startup();
        System.out.println("READY 127.0.0.1:" + options.port());
        stop.await();
        server.shutdown();
        server.awaitShutdown();
        System.exit(0);
    }

    private static void formatOnce(Path dir) throws Exception {
        Files.createDirectories(dir);
        if (Files.exists(dir.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setNodeId(1)
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(dir.toString())
                .setMetadataLogDirectory(dir.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setPrintStream(System.err)
                .run();
    }
}
