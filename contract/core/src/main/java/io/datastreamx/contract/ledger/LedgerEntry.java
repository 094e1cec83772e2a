package io.datastreamx.contract.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The account of one ingest batch. An instance that exists balances: records read = accepted + duplicate + quarantined,
 * and the sum of the offset ranges = records read + absent + lost.
 *
 * @param batch number of the batch
 * @param appId the checkpoint that wrote it
 * @param accepted valid events that count
 * @param duplicate valid events flagged as duplicates
 * @param quarantined records refused
 * @param reusedIds of the accepted, those whose device, type and id another event had used shortly before with another
 *     time
 * @param absent offsets that held no record when they were read: markers of transactions, aborted and compacted records
 * @param lostRanges offsets whose records were deleted before they were read
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
        long reusedIds,
        long absent,
        List<LostRange> lostRanges,
        SortedMap<String, OffsetRange> offsets,
        Optional<Instant> minAppendTime,
        Optional<Instant> maxAppendTime,
        Instant completedAt) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public LedgerEntry {
        lostRanges = List.copyOf(lostRanges);
        long covered = offsets.values().stream().mapToLong(OffsetRange::size).sum();
        long lost = lostRanges.stream().mapToLong(LostRange::size).sum();
        if (covered != accepted + duplicate + quarantined + absent + lost) {
            throw new IllegalArgumentException("batch " + batch + " does not balance: " + covered + " offsets, but "
                    + accepted + " accepted + " + duplicate + " duplicate + " + quarantined + " quarantined + "
                    + absent + " absent + " + lost
                    + " lost; nothing of it is visible, the batch will be tried again");
        }
    }

    /** Of a batch whose every offset held a record. */
    public LedgerEntry(
            long batch,
            String appId,
            long accepted,
            long duplicate,
            long quarantined,
            SortedMap<String, OffsetRange> offsets,
            Optional<Instant> minAppendTime,
            Optional<Instant> maxAppendTime,
            Instant completedAt) {
        this(
                batch,
                appId,
                accepted,
                duplicate,
                quarantined,
                0,
                0,
                List.of(),
                offsets,
                minAppendTime,
                maxAppendTime,
                completedAt);
    }

    public long read() {
        return accepted + duplicate + quarantined;
    }

    /** Offsets whose records were deleted before they were read. */
    public long lost() {
        return lostRanges.stream().mapToLong(LostRange::size).sum();
    }

    /** The offsets as the ledger table keeps them: {@code {"ad-events-0":[12,34], …}}. */
    public String offsetsJson() {
        Map<String, List<Long>> plain = new TreeMap<>();
        offsets.forEach((partition, range) -> plain.put(partition, List.of(range.start(), range.end())));
        return write(plain);
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

    /** The lost ranges as the ledger table keeps them; empty where nothing was lost. */
    public Optional<String> lostJson() {
        if (lostRanges.isEmpty()) {
            return Optional.empty();
        }
        ArrayNode ranges = JSON.createArrayNode();
        for (LostRange range : lostRanges) {
            ObjectNode node = ranges.addObject();
            node.put("partition", range.partition());
            node.put("start", range.start());
            node.put("end", range.end());
            range.after().ifPresent(time -> node.put("after", time.toString()));
            range.before().ifPresent(time -> node.put("before", time.toString()));
        }
        return Optional.of(write(ranges));
    }

    /** Reads what {@link #lostJson()} wrote. @param json null where nothing was lost */
    public static List<LostRange> lostFrom(String json) {
        List<LostRange> ranges = new ArrayList<>();
        try {
            for (JsonNode node : json == null ? JSON.createArrayNode() : JSON.readTree(json)) {
                ranges.add(new LostRange(
                        node.required("partition").textValue(),
                        node.required("start").longValue(),
                        node.required("end").longValue(),
                        time(node.path("after")),
                        time(node.path("before"))));
            }
            return ranges;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the lost ranges of a ledger row: " + json, e);
        }
    }

    private static Optional<Instant> time(JsonNode text) {
        return Optional.ofNullable(text.textValue()).map(Instant::parse);
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a part of a ledger row cannot be written", e);
        }
    }
}
