package io.datastreamx.simulator.lab;

import io.datastreamx.ml.log.DecisionRow;
import java.time.Instant;
import java.util.List;

/**
 * Who decides in the lab. {@link #choose} is called by several threads at once, everything else by one between them.
 */
interface LabPolicy extends AutoCloseable {
    String name();

    Chosen choose(Asked asked);

    /** Whether the decisions are to be kept for the night. */
    default boolean learns() {
        return false;
    }

    /** Who is there from now on, by place. @param day from 1 */
    default void morning(int day, List<Integer> there) {}

    /** A request is over; called by the thread that it belongs to, before the next of its box. */
    default void over(Attempts attempts) {}

    /**
     * A minute is over.
     *
     * @param end of it
     * @param attempts of its requests, in their order; empty where the policy does not learn
     * @param fillsToday ads since midnight, by aggregator place
     */
    default void minute(Instant end, List<Attempts> attempts, long[] fillsToday) {}

    /** A day is over. @param rows its decisions; empty where the policy does not learn */
    default void night(int day, List<DecisionRow> rows) {}

    @Override
    default void close() {}
}
