package io.datastreamx.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.cli.console.CliException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. */
@Timeout(600)
class SupervisorTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    Path dir;

    private final Semaphore changes = new Semaphore(0);
    private Home home;

    @BeforeEach
    void home() {
        home = new Home(dir);
    }

    private static Program shell(String name, String script) {
        return new Program(name, List.of("/bin/sh", "-c", script));
    }

    private static Program serving(String name) {
        return shell(name, "echo READY; exec sleep 600");
    }

    private void awaitChange(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            assertTrue(changes.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS), "nothing changed any more");
        }
    }

    @Test
    void aKilledProcessIsStartedAgainAndCounted() throws Exception {
        try (Supervisor supervisor = new Supervisor(home, changes::release)) {
            supervisor.start(List.of(serving("one"), serving("two")));
            assertEquals("READY", supervisor.awaitReady("one", PATIENCE));
            supervisor.awaitReady("two", PATIENCE);
            Map<String, StackState.Worker> before = supervisor.workers();

            before.get("one").alive().orElseThrow().destroyForcibly();
            awaitChange(() -> supervisor.workers().get("one").restarts() == 1
                    && supervisor.workers().get("one").ready());

            Map<String, StackState.Worker> after = supervisor.workers();
            assertNotEquals(before.get("one").pid(), after.get("one").pid());
            assertEquals(before.get("two"), after.get("two"));
            assertEquals(1, supervisor.restarts());
        }
    }

    @Test
    void closingStopsEverythingLaterGroupsFirst() throws Exception {
        Path order = dir.resolve("order");
        Supervisor supervisor = new Supervisor(home, changes::release);
        for (String name : List.of("first", "second", "third")) {
            String trap =
                    "trap 'echo " + name + " >> " + order + "; exit 0' TERM; echo READY; while :; do sleep 0.05; done";
            supervisor.start(List.of(shell(name, trap)));
            supervisor.awaitReady(name, PATIENCE);
        }
        List<StackState.Worker> workers = List.copyOf(supervisor.workers().values());
        supervisor.close();
        assertEquals(List.of("third", "second", "first"), Files.readAllLines(order));
        assertTrue(workers.stream().allMatch(worker -> worker.alive().isEmpty()));
        assertEquals(0, supervisor.restarts());
    }

    @Test
    void aProgramThatNeverServesIsReportedWithTheEndOfItsLog() throws Exception {
        try (Supervisor supervisor = new Supervisor(home, changes::release)) {
            supervisor.start(List.of(shell("broken", "echo no such setting >&2; exit 3")));
            CliException failure = assertThrows(CliException.class, () -> supervisor.awaitReady("broken", PATIENCE));
            assertTrue(failure.getMessage().contains("no such setting"), failure.getMessage());
            assertTrue(failure.getMessage().contains(home.log("broken").toString()), failure.getMessage());
        }
    }

    @Test
    void whatRestartsInALoopIsFailingWithItsLastErrorUntilItServes() throws Exception {
        Path mended = dir.resolve("mended");
        String script =
                "[ -e " + mended + " ] && echo READY && exec sleep 600; echo 'broken: no such setting' >&2; exit 3";
        try (Supervisor supervisor = new Supervisor(home, changes::release)) {
            supervisor.start(List.of(shell("broken-1", script)));
            awaitChange(() -> ends(supervisor, "broken-1").isLoop(Instant.now()));
            assertEquals("no such setting", ends(supervisor, "broken-1").lastError());
            Files.createFile(mended);
            awaitChange(() -> supervisor.workers().get("broken-1").ready());
            assertFalse(ends(supervisor, "broken-1").isLoop(Instant.now()));
        }
    }

    @Test
    void whatServesAndEndsInALoopIsFailingToo() throws Exception {
        try (Supervisor supervisor = new Supervisor(home, changes::release)) {
            supervisor.start(List.of(shell("short", "echo READY; exit 4")));
            awaitChange(() -> ends(supervisor, "short").isLoop(Instant.now()));
            assertEquals(0, ends(supervisor, "short").neverReady());
            assertEquals(
                    "it ended with code 4 and said nothing",
                    ends(supervisor, "short").lastError());
        }
    }

    @Test
    void whatAProcessTellsTheOperatorIsKept() throws Exception {
        try (Supervisor supervisor = new Supervisor(home, changes::release)) {
            supervisor.start(List.of(shell("one", "echo NOTICE the log is another; echo READY; exec sleep 600")));
            supervisor.awaitReady("one", PATIENCE);
            StackNotice notice = supervisor.notices().get(0);
            assertEquals("one", notice.process());
            assertEquals("the log is another", notice.text());
        }
    }

    /** Its watcher would start nothing ever again. */
    @Test
    void aWatchOutlivesThoseWhoAreToldOfChanges() throws Exception {
        Path mended = dir.resolve("mended");
        try (Supervisor supervisor = new Supervisor(home, () -> {
            changes.release();
            if (!Files.exists(mended)) {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }
        })) {
            supervisor.start(List.of(serving("one")));
            supervisor.awaitReady("one", PATIENCE);
            supervisor.workers().get("one").alive().orElseThrow().destroyForcibly();
            awaitChange(() -> supervisor.workers().get("one").restarts() == 1);
            Files.createFile(mended);
            awaitChange(() -> supervisor.workers().get("one").ready());
        }
    }

    private static Ends ends(Supervisor supervisor, String name) {
        return Optional.ofNullable(supervisor.workers().get(name))
                .map(StackState.Worker::ends)
                .orElse(Ends.NONE);
    }

    @Test
    void whatAKilledSupervisorLeftIsEndedButNothingElse() throws Exception {
        Process left = new ProcessBuilder("sleep", "600").start();
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            StackState.Worker real = StackState.Worker.of(left.toHandle(), true);
            StackState.Worker reused =
                    new StackState.Worker(other.pid(), real.startedAt() - 86_400_000, 0, true, Ends.NONE);
            StackState state = new StackState(
                    1,
                    2,
                    3,
                    4,
                    Map.of("datastreamx.x", "y"),
                    null,
                    true,
                    reused,
                    Map.of("a", real, "b", reused),
                    List.of());
            state.write(home);
            StackState read = StackState.read(home).orElseThrow();
            assertEquals(state, read);
            assertFalse(read.isUp());
            assertEquals(1, Leftovers.end(read));
            assertFalse(left.isAlive());
            assertTrue(other.isAlive());
        } finally {
            left.destroyForcibly();
            other.destroyForcibly();
        }
    }

    @Test
    void aHomeHasOneSupervisor() throws IOException {
        try (HomeLock held = HomeLock.take(home)) {
            assertTrue(assertThrows(CliException.class, () -> HomeLock.take(home))
                    .getMessage()
                    .contains("already runs"));
        }
        HomeLock.take(home).close();
    }
}
