package io.datastreamx.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.cli.console.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. */
@Timeout(60)
class SupervisorTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
    void whatAKilledSupervisorLeftIsEndedButNothingElse() throws Exception {
        Process left = new ProcessBuilder("sleep", "600").start();
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            StackState.Worker real = StackState.Worker.of(left.toHandle(), 0, true);
            StackState.Worker reused = new StackState.Worker(other.pid(), real.startedAt() - 86_400_000, 0, true);
            StackState state = new StackState(
                    1, 2, 3, Map.of("datastreamx.x", "y"), null, true, reused, Map.of("a", real, "b", reused));
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
