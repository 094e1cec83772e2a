package io.datastreamx.serving.report;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.LostRange;
import io.datastreamx.contract.ledger.OffsetRange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the ledger says about one complete batch. */
public record LedgerBatch(
        long ingestBatch,
        long read,
        long accepted,
        long duplicate,
        long quarantined,
        long reusedIds,
        long absent,
        List<LostRange> lostRanges,
        SortedMap<String, OffsetRange> offsets,
        Optional<Instant> maxAppendTime,
        Instant completedAt) {
    /** Offsets whose records were deleted before they were read. */
    public long lost() {
        return lostRanges.stream().mapToLong(LostRange::size).sum();
    }

    /** End offsets (exclusive) by {@code topic-partition}, of offsets as the ledger keeps them. */
    public static Map<String, Long> ends(String offsetsJson) {
        Map<String, Long> ends = new TreeMap<>();
        LedgerEntry.offsetsFrom(offsetsJson).forEach((partition, range) -> ends.put(partition, range.end()));
        return ends;
    }
}
