package io.datastreamx.simulator;

import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/** What is to happen when, in order of time and then of entry. The clock is whoever calls {@link #advance}. */
final class Agenda {
    private record Entry(long atMs, long order, LongConsumer action) {}

    private final PriorityQueue<Entry> entries = new PriorityQueue<>(
            (a, b) -> a.atMs() != b.atMs() ? Long.compare(a.atMs(), b.atMs()) : Long.compare(a.order(), b.order()));
    private final long catchUpMs;
    private long order;

    /**
     * @param catchUpMs an action that is later than this is told the later time, so that a stall makes no burst of old
     *     events
     */
    Agenda(long catchUpMs) {
        this.catchUpMs = catchUpMs;
    }

    void at(long atMs, LongConsumer action) {
        entries.add(new Entry(atMs, order++, action));
    }

    /** Runs all that is due; each action is given its time in epoch milliseconds. */
    void advance(long nowMs) {
        while (!entries.isEmpty() && entries.peek().atMs() <= nowMs) {
            Entry due = entries.poll();
            due.action().accept(Math.max(due.atMs(), nowMs - catchUpMs));
        }
    }
}
