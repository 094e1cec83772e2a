package io.datastreamx.serving.report;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import java.time.Instant;
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
        SortedMap<String, OffsetRange> offsets,
        Optional<Instant> maxAppendTime,
        Instant completedAt) {
    /** End offsets (exclusive) by {@code topic-partition}, of offsets as the ledger keeps them. */
    public static Map<String, Long> ends(String offsetsJson) {
        Map<String, Long> ends = new TreeMap<>();
        LedgerEntry.offsetsFrom(offsetsJson).forEach((partition, range) -> ends.put(partition, range.end()));
        return ends;
    }
}
