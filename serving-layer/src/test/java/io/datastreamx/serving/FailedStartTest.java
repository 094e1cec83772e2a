package io.datastreamx.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.datastreamx.config.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedStartTest {
    private static final Set<String> OURS = Set.of("lake-follower", "kafka-ends", "live-page");

    @TempDir
    Path home;

    @Test
    void whereTheAddressIsTakenNothingGoesOn() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Settings settings = TestSettings.of(home, "127.0.0.1:1", taken.getLocalPort());
            assertThrows(RuntimeException.class, () -> ServingLayer.start(settings, Clock.systemUTC()));
        }
        assertEquals(Set.of(), ours());
    }

    private static Set<String> ours() throws InterruptedException {
        Set<Thread> running = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> OURS.contains(thread.getName()))
                .collect(Collectors.toSet());
        Set<String> names = new TreeSet<>();
        for (Thread thread : running) {
            thread.join(5_000);
            if (thread.isAlive()) {
                names.add(thread.getName());
            }
        }
        return names;
    }
}
