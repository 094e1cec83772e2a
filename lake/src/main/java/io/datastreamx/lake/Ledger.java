package io.datastreamx.lake;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The ledger table: which ingest batches are complete, and their accounts. Appending is not thread-safe. */
public final class Ledger {
    private static final String BATCH = "ingest_batch";
    private static final String MAX_APPEND_TIME = "max_append_time";

    private final DeltaTable table;
    private final TableAppender appender;

    public Ledger(Lake lake) {
        this.table = lake.table(Table.LEDGER);
        this.appender = table.appender();
    }

    /** Whether this writer marked this batch complete already. */
    public boolean isComplete(String appId, long batch) {
        return appender.isCommitted(appId, batch);
    }

    /** All complete batches in the order of their numbers. */
    public List<LedgerEntry> entries() {
        return table.rows().stream()
                .map(Ledger::entry)
                .sorted(Comparator.comparingLong(LedgerEntry::batch))
                .toList();
    }

    /** Numbers of batches from one to another, both included. */
    public record Batches(long first, long last) {}

    /** Numbers up to and with {@code cut} of batches that are not complete, in order; as a rule none. */
    public List<Batches> incompleteUpTo(long cut) {
        SortedSet<Long> complete = new TreeSet<>();
        table.forEach(List.of(BATCH), row -> complete.add(row.number(BATCH)));
        List<Batches> gaps = new ArrayList<>();
        long next = 0;
        for (long batch : complete.headSet(cut + 1)) {
            if (batch > next) {
                gaps.add(new Batches(next, batch - 1));
            }
            next = batch + 1;
        }
        if (next <= cut) {
            gaps.add(new Batches(next, cut));
        }
        return gaps;
    }

    /** How many events the complete batches up to and with {@code cut} accepted. */
    public long acceptedUpTo(long cut) {
        AtomicLong accepted = new AtomicLong();
        table.forEach(List.of(BATCH, "accepted"), row -> {
            if (row.number(BATCH) <= cut) {
                accepted.addAndGet(row.number("accepted"));
            }
        });
        return accepted.get();
    }

    /**
     * When the newest record of the complete batches up to and with {@code cut} was appended; empty without records.
     */
    public Optional<Instant> appendedUpTo(long cut) {
        AtomicReference<Instant> latest = new AtomicReference<>(Instant.MIN);
        table.forEach(List.of(BATCH, MAX_APPEND_TIME), row -> {
            if (row.number(BATCH) <= cut) {
                row.timeIfAny(MAX_APPEND_TIME).filter(latest.get()::isBefore).ifPresent(latest::set);
            }
        });
        return Optional.of(latest.get()).filter(Instant.MIN::isBefore);
    }

    public Optional<LedgerEntry> last() {
        List<LedgerEntry> all = entries();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** Marks a batch complete. @return false where it was already */
    public boolean append(LedgerEntry entry) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put(BATCH, entry.batch());
        row.put("app_id", entry.appId());
        row.put("records_read", entry.read());
        row.put("accepted", entry.accepted());
        row.put("duplicate", entry.duplicate());
        row.put("quarantined", entry.quarantined());
        row.put("reused_ids", entry.reusedIds());
        row.put("absent", entry.absent());
        row.put("lost", entry.lost());
        row.put("lost_ranges", entry.lostJson().orElse(null));
        row.put("offsets", entry.offsetsJson());
        row.put("min_append_time", entry.minAppendTime().orElse(null));
        row.put(MAX_APPEND_TIME, entry.maxAppendTime().orElse(null));
        row.put("completed_at", entry.completedAt());
        return appender.append(entry.appId(), entry.batch(), List.of(row));
    }

    private static LedgerEntry entry(TableRow row) {
        return new LedgerEntry(
                row.number(BATCH),
                row.text("app_id"),
                row.number("accepted"),
                row.number("duplicate"),
                row.number("quarantined"),
                row.number("reused_ids"),
                row.number("absent"),
                LedgerEntry.lostFrom(row.textIfAny("lost_ranges").orElse(null)),
                LedgerEntry.offsetsFrom(row.text("offsets")),
                row.timeIfAny("min_append_time"),
                row.timeIfAny(MAX_APPEND_TIME),
                row.time("completed_at"));
    }
}
