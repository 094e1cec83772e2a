package io.datastreamx.cli.console;

import io.datastreamx.process.StopSignal;

/** Lets Ctrl-C and SIGTERM end a wait that the main thread is in. */
public final class Interruption {
    private Interruption() {}

    /** Interrupts the thread once the signal is raised. */
    public static void of(StopSignal stop, Thread thread) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        stop.await();
                        thread.interrupt();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop-signal");
        watcher.setDaemon(true);
        watcher.start();
    }
}
