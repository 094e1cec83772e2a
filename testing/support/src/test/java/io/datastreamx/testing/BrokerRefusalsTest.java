package io.datastreamx.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why the broker does not start is one line that names the port, folder or file. */
class BrokerRefusalsTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    Path dir;

    private static JavaProcess launch(String... args) {
        return JavaProcess.start(new JavaProcess.Launch(
                "io.datastreamx.kafka.broker.BrokerMain",
                Repository.runtimeClasspath("kafka/broker"),
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                List.of(args)));
    }

    private static void assertRefused(JavaProcess broker, String reason) {
        assertEquals(1, broker.exitCode(LIMIT), broker.stderr());
        String last = broker.stderr()
                .lines()
                .filter(line -> line.startsWith("broker: "))
                .findFirst()
                .orElse("");
        assertTrue(last.contains(reason), broker.stderr());
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProcess broker =
                        launch("--dir", dir.toString(), "--port", Integer.toString(taken.getLocalPort()))) {
            assertRefused(broker, "port " + taken.getLocalPort() + " on 127.0.0.1 is taken");
        }
    }

    @Test
    void aFolderInUseIsNamed() {
        try (JavaProcess first = launch("--dir", dir.toString())) {
            first.awaitLine("READY", LIMIT);
            try (JavaProcess second = launch("--dir", dir.toString())) {
                assertRefused(second, dir + " is in use");
            }
        }
    }

    @Test
    void aFileInPlaceOfTheFolderAndDamagedNamesAreNamed() throws Exception {
        Path file = Files.createFile(dir.resolve("file"));
        try (JavaProcess broker = launch("--dir", file.toString())) {
            assertRefused(broker, file + " cannot be used");
        }
        for (String damage : Stream.of("", "garbage", "node.id=1\ncluster.i").toList()) {
            Path names = Files.writeString(dir.resolve("meta.properties"), damage);
            try (JavaProcess broker = launch("--dir", dir.toString())) {
                assertRefused(broker, names + " is damaged");
            }
        }
    }
}
