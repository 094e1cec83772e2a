package io.datastreamx.kafka.broker;

import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import io.datastreamx.process.WrongUseException;
import java.io.IOException;
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

    public static void main(String[] args) {
        Application.run("broker", application -> serve(application, options(List.of(args))));
    }

    private static ExitCode serve(Application application, BrokerOptions options) throws Exception {
        formatOnce(options.dir());
        KafkaRaftServer server =
                new KafkaRaftServer(KafkaConfig.fromProps(BrokerProperties.of(options), false), Time.SYSTEM);
        server.startup();
        application.ready("127.0.0.1:" + options.port());
        application.awaitStop();
        server.shutdown();
        server.awaitShutdown();
        return ExitCode.OK;
    }

    private static BrokerOptions options(List<String> args) throws IOException {
        BrokerOptions given;
        try {
            given = BrokerOptions.parse(args);
        } catch (IllegalArgumentException e) {
            throw new WrongUseException(e.getMessage() + System.lineSeparator() + BrokerOptions.USAGE, e);
        }
        int port = FreePort.orFree(given.port(), given.controllerPort());
        return given.withPorts(port, FreePort.orFree(given.controllerPort(), port));
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
