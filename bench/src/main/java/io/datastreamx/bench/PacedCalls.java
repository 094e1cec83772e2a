package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls at a steady rate, whether they are answered or not, by workers that make one at a time. A call's time runs from
 * when it was due.
 */
final class PacedCalls {
    private final int workers;

    PacedCalls(int workers) {
        this.workers = workers;
    }

    /** What one worker does. */
    @FunctionalInterface
    interface Call {
        void make(int worker, long number) throws Exception;
    }

    /** @return milliseconds of all calls, sorted */
    double[] run(int rate, int seconds, Call call) throws InterruptedException {
        int count = Math.multiplyExact(rate, seconds);
        double[] took = new double[count];
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Exception> failure = new AtomicReference<>();
        long began = System.nanoTime() + 50_000_000;
        List<Thread> threads = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            int number = worker;
            Thread thread = new Thread(() -> work(number, next, took, began, rate, call, failure), "caller-" + worker);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a call has failed", failure.get());
        }
        Arrays.sort(took);
        return took;
    }

    private static void work(
            int worker,
            AtomicInteger next,
            double[] took,
            long began,
            int rate,
            Call call,
            AtomicReference<Exception> failure) {
        for (int number; failure.get() == null && (number = next.getAndIncrement()) < took.length; ) {
            long due = began + number * 1_000_000_000L / rate;
            for (long early; (early = due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(early);
            }
            try {
                call.make(worker, number);
            } catch (Exception e) {
                failure.compareAndSet(null, e);
            }
            took[number] = (System.nanoTime() - due) / 1e6;
        }
    }

    static ObjectNode figures(double[] sorted) {
        ObjectNode node = Machine.JSON.createObjectNode();
        for (double percent : new double[] {50, 95, 99, 99.9, 100}) {
            String name = percent == 100 ? "max" : "p" + (percent % 1 == 0 ? "%.0f" : "%.1f").formatted(percent);
            node.put(name, rank(sorted, percent));
        }
        return node;
    }

    static double rank(double[] sorted, double percent) {
        return Math.round(100 * sorted[(int) Math.ceil(sorted.length * percent / 100) - 1]) / 100.0;
    }
}
