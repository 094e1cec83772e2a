package io.datastreamx.process;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Threads for what a process does beside its main work. A task that throws ends the process with the reason: a plain
 * executor would keep it to itself, and a repeated task would never run again while the process looks alive.
 */
public final class Background {
    private Background() {}

    /** One thread; it ends with the process and starts with the first task. */
    public static ScheduledExecutorService named(String name) {
        return named(name, 1);
    }

    public static ScheduledExecutorService named(String name, int threads) {
        return new ScheduledThreadPoolExecutor(threads, task -> daemon(task, name)) {
            @Override
            protected void afterExecute(Runnable task, Throwable failure) {
                Throwable reason = failure == null ? reasonOf(task) : failure;
                // A task that is interrupted by the end of its executor may fail by it.
                if (reason != null && !isShutdown()) {
                    Thread thread = Thread.currentThread();
                    thread.getUncaughtExceptionHandler().uncaughtException(thread, reason);
                }
            }
        };
    }

    private static Throwable reasonOf(Runnable task) {
        if (!(task instanceof Future<?> future) || !future.isDone() || future.isCancelled()) {
            return null;
        }
        try {
            future.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
