package io.datastreamx.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import sun.misc.Signal;

/**
 * Turns SIGTERM and SIGINT into an orderly end: {@code main} waits here, closes what it opened and exits with 0. A
 * shutdown hook would not do: the JVM then exits with 143, and a hook cannot tell a stop that was asked for from a
 * failure.
 */
public final class StopSignal {

    private final CompletableFuture<Void> raised = new CompletableFuture<>();

    private StopSignal() {}

    /** From now on SIGTERM and SIGINT only raise the returned signal. */
    static StopSignal install() {
        StopSignal stop = new StopSignal();
        Signal.handle(new Signal("TERM"), signal -> stop.raise());
        Signal.handle(new Signal("INT"), signal -> stop.raise());
        return stop;
    }

    /** Ends the wait from within the process. */
    public void raise() {
        raised.complete(null);
    }

    /**
     * Raises itself after a while, so that a process ends in order before its platform ends it by force.
     *
     * @param maxRuntime from now; zero: never
     */
    public void raiseAfter(Duration maxRuntime) {
        if (!maxRuntime.isZero()) {
            CompletableFuture.delayedExecutor(maxRuntime.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::raise);
        }
    }

    /** Does something once the signal is raised, in a thread of its own; at once where it is already. */
    public void whenRaised(Runnable action) {
        raised.thenRun(() -> {
            Thread thread = new Thread(action, "stop-signal");
            thread.setDaemon(true);
            thread.start();
        });
    }

    public boolean isRaised() {
        return raised.isDone();
    }

    /**
     * Waits a while.
     *
     * @throws InterruptedException where the process should stop sooner
     */
    public void pause(Duration duration) throws InterruptedException {
        try {
            raised.get(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new AssertionError("a signal does not fail", e);
        }
        throw new InterruptedException("stopped while waiting");
    }

    /** Returns when the process should stop. */
    public void await() throws InterruptedException {
        try {
            raised.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a signal does not fail", e);
        }
    }
}
