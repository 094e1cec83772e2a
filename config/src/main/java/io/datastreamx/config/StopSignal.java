package io.datastreamx.config;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * Turns SIGTERM and SIGINT into an orderly end: {@code main} waits here, closes what it opened and exits with 0. A
 * shutdown hook would not do: the JVM then exits with 143, and a hook cannot tell a stop that was asked for from a
 * failure.
 */
public final class StopSignal {

    private final CountDownLatch raised = new CountDownLatch(1);

    private StopSignal() {}

    /** From now on SIGTERM and SIGINT only raise the returned signal. */
    public static StopSignal install() {
        StopSignal stop = new StopSignal();
        Signal.handle(new Signal("TERM"), signal -> stop.raise());
        Signal.handle(new Signal("INT"), signal -> stop.raise());
        return stop;
    }

    /** Ends the wait from within the process. */
    public void raise() {
        raised.countDown();
    }

    /**
     * Raises itself after a while, so that a process ends in order before its platform ends it by force.
     *
     * @param maxRuntime from now; zero: never
     * @return this
     */
    public StopSignal raiseAfter(Duration maxRuntime) {
        if (!maxRuntime.isZero()) {
            CompletableFuture.delayedExecutor(maxRuntime.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::raise);
        }
        return this;
    }

    public boolean isRaised() {
        return raised.getCount() == 0;
    }

    /**
     * Waits a while.
     *
     * @throws InterruptedException where the process should stop sooner
     */
    public void pause(Duration duration) throws InterruptedException {
        if (raised.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("stopped while waiting");
        }
    }

    /** Returns when the process should stop. */
    public void await() throws InterruptedException {
        raised.await();
    }
}
