package io.datastreamx.serving.report;

import io.datastreamx.contract.ledger.LostRange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One consistent look: all that is read through it belongs to one {@link #position()}, whatever comes in meanwhile. */
public interface Reading extends AutoCloseable {
    /** Batches whose lost ranges are told, the latest. */
    int LOSSES_TOLD = 20;

    Position position();

    /** @throws BadQueryException where the query has no answer */
    Report report(ReportQuery query);

    /**
     * All events of one ad request, or one event of each of the latest.
     *
     * @param sight of which requests the latest are; what is seen of them is for the caller to tell
     * @throws BadQueryException where this source cannot tell
     */
    Opportunity opportunity(OpportunityQuery query, Sight sight);

    /** The account of all complete batches. */
    LedgerTotals ledgerTotals();

    /** The latest complete batches, newest first. */
    List<LedgerBatch> lastBatches(int count);

    /** The latest offsets whose records were deleted before they were read, newest batch first. */
    List<LostRange> lostRanges(int batches);

    /** End offsets (exclusive) by {@code topic-partition} after the position's last batch; empty before the first. */
    Map<String, Long> offsets();

    /** Append time of the newest record that the reading covers; empty while it covers none. */
    Optional<Instant> dataAsOf();

    @Override
    void close();
}
