package io.datastreamx.speed.ingest;

import java.time.Duration;

/**
 * What ingest remembers of one Kafka partition: identities, to tell duplicates, and prices of fills. Derived from the
 * raw log and rebuilt from it; a replayed batch therefore meets the same index and decides the same.
 *
 * <p>What a batch brings is kept apart until the next batch of the partition shows that it stands, or its replay that
 * it does not. Not thread-safe.
 */
final class PartitionIndex {
    private static final long NONE = -1;

    private final DuplicateIndex identities;
    private final FillPrices fills;
    private long nextOffset;
    private long pendingStart;
    private long pendingBatch = NONE;

    /**
     * @param duplicateHorizon zero switches recognition of duplicates off: every record is new
     * @param fillHorizon zero: no fill is known ever
     * @param nextOffset the first offset that the index knows nothing of
     */
    PartitionIndex(Duration duplicateHorizon, Duration fillHorizon, long nextOffset) {
        this.identities = new DuplicateIndex(duplicateHorizon);
        this.fills = new FillPrices(fillHorizon);
        this.nextOffset = nextOffset;
    }

    /**
     * Prepares for a batch that reads from {@code start}.
     *
     * @return false where the index does not reach there, because others have judged the partition meanwhile; it is of
     *     no use then
     */
    boolean begin(long batch, long start, long end) {
        if (pendingBatch >= 0 && batch > pendingBatch && start == nextOffset) {
            identities.settle();
            fills.settle();
        } else if (pendingBatch >= 0 && start == pendingStart) {
            identities.discard();
            fills.discard();
        } else if (pendingBatch >= 0 || start != nextOffset) {
            return false;
        }
        pendingBatch = batch;
        pendingStart = start;
        nextOffset = end;
        return true;
    }

    /** Whether {@link #begin} would find the index, or has found it, to be of use for this range. */
    boolean reaches(long start, long end) {
        return start == nextOffset || pendingBatch >= 0 && start == pendingStart && end == nextOffset;
    }

    DuplicateIndex identities() {
        return identities;
    }

    FillPrices fills() {
        return fills;
    }
}
