package io.datastreamx.kafka.broker;

import io.datastreamx.process.Application;
import io.datastreamx.process.CannotRunException;
import io.datastreamx.process.ExitCode;
import io.datastreamx.process.WrongUseException;
import java.io.IOException;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
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
        FreePort.require(options.port(), "--port");
        FreePort.require(options.controllerPort(), "--controller-port");
        try (FileChannel lock = locked(options.dir())) {
            formatOnce(options.dir());
            KafkaRaftServer server =
                    new KafkaRaftServer(KafkaConfig.fromProps(BrokerProperties.of(options), false), Time.SYSTEM);
            server.startup();
            application.ready("127.0.0.1:" + options.port());
            application.awaitStop();
            server.shutdown();
            server.awaitShutdown();
        }
        return ExitCode.OK;
    }

    /**
     * Holds the folder for this process until the channel is closed. Kafka's own lock comes too late: by then its
     * controller has read, and may have mended, a metadata log that another is writing.
     *
     * @throws CannotRunException where the folder is in use or cannot be used
     */
    private static FileChannel locked(Path dir) {
        try {
            Files.createDirectories(dir);
            FileChannel channel =
                    FileChannel.open(dir.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return channel;
            }
            channel.close();
        } catch (IOException e) {
            throw new CannotRunException("the folder " + dir + " cannot be used for the broker's log: " + e, e);
        }
        throw new CannotRunException("the folder " + dir
                + " is in use by another broker; end that broker, or name another folder with --dir");
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

    /** @throws CannotRunException where what names the log is damaged */
    private static void formatOnce(Path dir) throws Exception {
        Path names = dir.resolve("meta.properties");
        if (Files.exists(names)) {
            requireWhole(names);
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

    private static void requireWhole(Path names) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(names)) {
            properties.load(reader);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            properties.clear();
        }
        if (properties.getProperty("cluster.id") == null || properties.getProperty("node.id") == null) {
            throw new CannotRunException(
                    names
                            + " is damaged: it names no cluster and node. Restore it from a backup; or rename the broker's folder: the next start begins another log, which ingest reads after what the ledger holds");
        }
    }
}
