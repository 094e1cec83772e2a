package io.datastreamx.acceptance.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.lake.Lake;
import io.datastreamx.testing.GcsEmulator;
import io.datastreamx.testing.JavaProcess;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One writer at a time, with real processes that are refused, killed, and halted and woken; on the local file system
 * and on {@code gs:}.
 */
class WriterLeaseProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private static GcsEmulator gcs;

    @TempDir
    Path home;

    @BeforeAll
    static void start() {
        gcs = GcsEmulator.start();
        gcs.createBucket("leases");
    }

    @AfterAll
    static void stop() {
        gcs.close();
    }

    @Test
    void onALocalFileSystem() throws Exception {
        theLifeOfALease("file://" + home + "/lake", Map.of());
    }

    @Test
    void onGcs() throws Exception {
        theLifeOfALease("gs://leases/lake", gcs.hadoop());
    }

    private void theLifeOfALease(String lakeUri, Map<String, String> hadoop) throws Exception {
        try (JavaProcess first = writer(lakeUri, hadoop, "3s")) {
            assertEquals("READY 1", first.awaitLine("READY ", LIMIT));
            first.awaitLine("COMMIT ", LIMIT);

            String refusal = refused(lakeUri, hadoop);
            assertTrue(refusal.contains("pid " + first.pid() + " on "), refusal);
            assertTrue(refusal.contains("ends at 20"), refusal);
            assertTrue(refusal.contains("max-wait"), refusal);

            first.kill();
            try (JavaProcess second = writer(lakeUri, hadoop, "3s")) {
                assertEquals("READY 2", second.awaitLine("READY ", LIMIT), "the dead holder's lease is free at once");
                second.awaitLine("COMMIT 2", LIMIT);

                signal(second, "STOP");
                try (JavaProcess third = writer(lakeUri, hadoop, "3s", "datastreamx.lease.max-wait", "60s")) {
                    assertEquals("READY 3", third.awaitLine("READY ", LIMIT), "a halted holder's lease expires");
                    third.awaitLine("COMMIT 2", LIMIT);
                    long before = commits(lakeUri, hadoop, "epoch-2");
                    signal(second, "CONT");
                    assertEquals(5, second.exitCode(LIMIT), "the woken writer is fenced");
                    // It may have been halted between its check and its commit, and never gets further than that.
                    assertTrue(commits(lakeUri, hadoop, "epoch-2") <= before + 1, "one commit at most was under way");
                    assertTrue(third.isAlive());
                    assertEquals(0, third.terminate());
                }
            }
        }
        try (JavaProcess fourth = writer(lakeUri, hadoop, "1h")) {
            assertEquals("READY 4", fourth.awaitLine("READY ", LIMIT), "a lease that was given up is free at once");
            fourth.kill();
        }
        try (JavaProcess fifth = writer(lakeUri, hadoop, "3s")) {
            assertEquals("READY 5", fifth.awaitLine("READY ", LIMIT), "nobody waits an hour for a dead process");
            assertEquals(0, fifth.terminate());
        }
    }

    private String refused(String lakeUri, Map<String, String> hadoop) {
        try (JavaProcess second = writer(lakeUri, hadoop, "3s")) {
            assertEquals(5, second.exitCode(LIMIT));
            assertFalse(second.stdout().contains("COMMIT"));
            return second.stderr();
        }
    }

    private static long commits(String lakeUri, Map<String, String> hadoop, String run) {
        return new Lake(lakeUri, hadoop)
                .versions().read().entries().stream()
                        .filter(entry -> entry.runId().equals(run))
                        .count();
    }

    private JavaProcess writer(String lakeUri, Map<String, String> hadoop, String ttl, String... more) {
        Map<String, String> settings = new TreeMap<>(GcsEmulator.settings(hadoop));
        settings.put("datastreamx.home", home.toString());
        settings.put("datastreamx.lake.uri", lakeUri);
        settings.put("datastreamx.lease.ttl", ttl);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        List<Path> classpath = Arrays.stream(testClasspath().split(File.pathSeparator))
                .map(Path::of)
                .toList();
        return JavaProcess.start(new JavaProcess.Launch(
                WriterMain.class.getName(),
                classpath,
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                settings,
                List.of()));
    }

    /** Surefire hides it behind a jar with a manifest. */
    private static String testClasspath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static void signal(JavaProcess process, String name) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, "" + process.pid())
                        .start()
                        .waitFor());
    }
}
