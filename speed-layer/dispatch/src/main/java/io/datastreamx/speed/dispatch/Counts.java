package io.datastreamx.speed.dispatch;

import java.util.concurrent.atomic.LongAdder;

/** What has happened since the start. Thread-safe. */
final class Counts {

    /** Decisions read. */
    final LongAdder decisions = new LongAdder();
    /** Decisions whose request had been decided before. */
    final LongAdder duplicates = new LongAdder();
    /** Decisions that came or were reached after their deadline. */
    final LongAdder late = new LongAdder();
    /** Decisions that route nothing. */
    final LongAdder notRouted = new LongAdder();
    /** Records that are not valid decisions. */
    final LongAdder invalid = new LongAdder();
    /** Bid requests sent. */
    final LongAdder attempts = new LongAdder();

    final LongAdder fills = new LongAdder();
    final LongAdder noFills = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder errors = new LongAdder();
    /** What went wrong last, for the one who looks into the errors; empty before the first. */
    volatile String lastError = "";
    /** Attempts passed over because the policy does not know, or no longer enables, the aggregator. */
    final LongAdder unknownAggregators = new LongAdder();

    @Override
    public String toString() {
        return "decisions=" + decisions + " duplicates=" + duplicates + " late=" + late + " not_routed=" + notRouted
                + " invalid=" + invalid
                + " attempts=" + attempts + " fills=" + fills + " no_fills=" + noFills + " timeouts=" + timeouts
                + " errors=" + errors
                + " unknown_aggregators=" + unknownAggregators
                + (lastError.isEmpty() ? "" : " last_error=\"" + lastError + "\"");
    }
}
