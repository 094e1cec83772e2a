package io.datastreamx.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a disk that is really full: a small one of memory, which only root can mount. */
@Timeout(600)
class FullDiskTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path dir;

    private final Semaphore changes = new Semaphore(0);
    private Path disk;
    private Path filler;
    private Home home;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(dir.resolve("disk"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(mount.waitFor() == 0, "no disk of its own can be mounted, which needs root: " + said);
        filler = disk.resolve("filler");
        home = new Home(disk.resolve("home"));
    }

    @AfterEach
    void unmount() throws Exception {
        new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
    }

    private void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    out.write(block);
                }
            });
        }
    }

    private void awaitChange(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            assertTrue(changes.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS), "nothing changed any more");
        }
    }

    private void write(Supervisor supervisor) {
        StackState.down(1, 2, 3, 4, Map.of(), null)
                .with(true, StackState.Worker.of(ProcessHandle.current(), true), supervisor.workers(), List.of())
                .write(home);
        changes.release();
    }

    private StackState.Worker written() {
        return StackState.read(home).orElseThrow().processes().get("writer");
    }

    /** A program that writes to the disk before it serves, as all of ours do, and says much. */
    @Test
    void everythingIsStartedAgainWhenThereIsRoom() throws Exception {
        Supervisor[] self = new Supervisor[1];
        String script = "seq 1000; echo x > " + disk.resolve("data")
                + " || { echo 'writer: no room' >&2; exit 1; }; echo READY; exec sleep 600";
        try (Supervisor supervisor = new Supervisor(home, () -> write(self[0]))) {
            self[0] = supervisor;
            supervisor.start(List.of(new Program("writer", List.of("/bin/sh", "-c", script))));
            supervisor.awaitReady("writer", PATIENCE);

            Files.delete(disk.resolve("data"));
            fill();
            supervisor.workers().get("writer").alive().orElseThrow().destroyForcibly();
            awaitChange(() -> written().ends().isLoop(Instant.now()));
            assertEquals("no room", written().ends().lastError());

            Files.delete(filler);
            awaitChange(() -> written().ready());
            assertTrue(Files.readString(home.log("writer")).contains("lines are missing here"));
        }
    }

    @Test
    void aStateThatIsNotThereYetCannotBeWritten() throws Exception {
        fill();
        assertThrows(UncheckedIOException.class, () -> StackState.down(1, 2, 3, 4, Map.of(), null)
                .write(home));
        assertFalse(Files.exists(home.state()));
    }
}
