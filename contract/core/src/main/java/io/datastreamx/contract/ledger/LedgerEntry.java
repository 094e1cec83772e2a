package io.datastreamx.contract.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The account of one ingest batch. An instance that exists balances: records read = accepted + duplicate + quarantined
 * = the sum of the offset ranges.
 *
 * @param batch number of the batch
 * @param appId the checkpoint that wrote it
 * @param accepted valid events that count
 * @param duplicate valid events flagged as duplicates
 * @param quarantined records refused
 * @param offsets by {@code topic-partition}; every partition known to the query, also those without new records
 * @param minAppendTime earliest Kafka append time; empty for an empty batch
 * @param maxAppendTime latest Kafka append time; empty for an empty batch
 * @param completedAt when the row was written
 */
public record LedgerEntry(
        long batch,
        String appId,
        long accepted,
        long duplicate,
        long quarantined,
        SortedMap<String, OffsetRange> offsets,
        Optional<Instant> minAppendTime,
        Optional<Instant> maxAppendTime,
        Instant completedAt) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public LedgerEntry {
        long read = offsets.values().stream().mapToLong(OffsetRange::size).sum();
        if (read != accepted + duplicate + quarantined) {
            throw new IllegalArgumentException("batch " + batch + " does not balance: " + read + " records read, but "
                    + accepted + " accepted + " + duplicate + " duplicate + " + quarantined
                    + " quarantined; nothing of it is visible, the batch will be tried again");
        }
    }

    public long read() {
        return accepted + duplicate + quarantined;
    }

    /** The offsets as the ledger table keeps them: {@code {"ad-events-0":[12,34], …}}. */
    public String offsetsJson() {
        Map<String, List<Long>> plain = new TreeMap<>();
        offsets.forEach((partition, range) -> plain.put(partition, List.of(range.start(), range.end())));
        try {
            return JSON.writeValueAsString(plain);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("offsets of batch " + batch + " cannot be written", e);
        }
    }

    /** Reads what {@link #offsetsJson()} wrote. */
    public static SortedMap<String, OffsetRange> offsetsFrom(String json) {
        try {
            Map<String, List<Long>> plain = JSON.readValue(json, new TypeReference<>() {});
            SortedMap<String, OffsetRange> offsets = new TreeMap<>();
            plain.forEach((partition, range) -> offsets.put(partition, new OffsetRange(range.get(0), range.get(1))));
            return offsets;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the offsets of a ledger row: " + json, e);
        }
    }
}
