package io.datastreamx.contract.ledger;

/**
 * What a batch read of one topic partition.
 *
 * @param start first offset, inclusive
 * @param end last offset, exclusive
 */
public record OffsetRange(long start, long end) {
    public OffsetRange {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("an offset range runs forward from 0: [" + start + ", " + end + ")");
        }
    }

    public long size() {
        return end - start;
    }
}
