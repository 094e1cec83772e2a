package io.datastreamx.lake;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ledger table: which ingest batches are complete, and their accounts. */
public final class Ledger {
    private final DeltaTable table;

    public Ledger(Lake lake) {
        this.table = lake.table(Table.LEDGER);
    }

    /** All complete batches in the order of their numbers. */
    public List<LedgerEntry> entries() {
        return table.rows().stream()
                .map(Ledger::entry)
                .sorted(Comparator.comparingLong(LedgerEntry::batch))
                .toList();
    }

    public Optional<LedgerEntry> last() {
        List<LedgerEntry> all = entries();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** Marks a batch complete. @return false where it was already */
    public boolean append(LedgerEntry entry) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ingest_batch", entry.batch());
        row.put("app_id", entry.appId());
        row.put("records_read", entry.read());
        row.put("accepted", entry.accepted());
        row.put("duplicate", entry.duplicate());
        row.put("quarantined", entry.quarantined());
        row.put("offsets", entry.offsetsJson());
        row.put("min_append_time", entry.minAppendTime().orElse(null));
        row.put("max_append_time", entry.maxAppendTime().orElse(null));
        row.put("completed_at", entry.completedAt());
        return table.append(entry.appId(), entry.batch(), List.of(row));
    }

    private static LedgerEntry entry(TableRow row) {
        return new LedgerEntry(
                row.number("ingest_batch"),
                row.text("app_id"),
                row.number("accepted"),
                row.number("duplicate"),
                row.number("quarantined"),
                LedgerEntry.offsetsFrom(row.text("offsets")),
                row.timeIfAny("min_append_time"),
                row.timeIfAny("max_append_time"),
                row.time("completed_at"));
    }
}
