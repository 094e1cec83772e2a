package io.datastreamx.contract.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * Offsets of one topic partition whose records were deleted before they were read.
 *
 * @param partition as {@code topic-partition}
 * @param start first offset, inclusive
 * @param end last offset, exclusive
 * @param after append time of the last record of the partition that was read before; empty where there was none
 * @param before append time of the first record read after; empty where there was none yet
 */
public record LostRange(String partition, long start, long end, Optional<Instant> after, Optional<Instant> before) {
    public LostRange {
        if (end <= start) {
            throw new IllegalArgumentException(
                    "a lost range holds an offset: " + partition + " [" + start + ", " + end);
        }
    }

    public long size() {
        return end - start;
    }
}
