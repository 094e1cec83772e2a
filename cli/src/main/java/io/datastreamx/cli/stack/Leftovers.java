package io.datastreamx.cli.stack;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends the processes that a supervisor left behind when it was killed. A process is only touched if pid and start time
 * are those written down.
 */
public final class Leftovers {
    private static final Duration GRACE = Duration.ofSeconds(15);

    private Leftovers() {}

    /** @return how many were still there */
    public static int end(StackState state) {
        List<ProcessHandle> alive = state.processes().values().stream()
                .flatMap(worker -> worker.alive().stream())
                .toList();
        alive.forEach(ProcessHandle::destroy);
        alive.forEach(handle -> {
            if (!await(handle, GRACE)) {
                handle.destroyForcibly();
                await(handle, GRACE);
            }
        });
        return alive.size();
    }

    /** @return whether the process was gone within that time */
    public static boolean await(ProcessHandle handle, Duration patience) {
        try {
            handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return !handle.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !handle.isAlive();
        }
    }
}
