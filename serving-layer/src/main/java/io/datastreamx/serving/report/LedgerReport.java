package io.datastreamx.serving.report;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.serving.replica.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the ledger says about the complete batches that a reading covers. */
public final class LedgerReport {
    private LedgerReport() {}

    /** Totals over all complete batches; {@code batches} counts the ledger's rows. */
    public record Totals(long batches, long read, long accepted, long duplicate, long quarantined) {}

    /** One complete batch. */
    public record Batch(
            long ingestBatch,
            long read,
            long accepted,
            long duplicate,
            long quarantined,
            SortedMap<String, OffsetRange> offsets,
            Optional<Instant> maxAppendTime,
            Instant completedAt) {}

    public static Totals totals(Reading reading) {
        return reading.rows(
                        "SELECT count(*), coalesce(sum(records_read), 0)::BIGINT, coalesce(sum(accepted), 0)::BIGINT, coalesce(sum(duplicate), 0)::BIGINT,"
                                + " coalesce(sum(quarantined), 0)::BIGINT FROM ledger",
                        List.of(),
                        row -> new Totals(
                                row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)))
                .get(0);
    }

    /** The latest batches, newest first. */
    public static List<Batch> last(Reading reading, int count) {
        return reading.rows("SELECT * FROM ledger ORDER BY ingest_batch DESC LIMIT ?", List.of(count), row -> {
            long appended = row.getLong("max_append_ms");
            Optional<Instant> maxAppendTime =
                    row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(appended));
            return new Batch(
                    row.getLong("ingest_batch"),
                    row.getLong("records_read"),
                    row.getLong("accepted"),
                    row.getLong("duplicate"),
                    row.getLong("quarantined"),
                    LedgerEntry.offsetsFrom(row.getString("offsets")),
                    maxAppendTime,
                    Instant.ofEpochMilli(row.getLong("completed_ms")));
        });
    }

    /** End offsets (exclusive) by {@code topic-partition} after the given batch; empty before the first. */
    public static Map<String, Long> offsets(Reading reading, long batch) {
        List<String> json = reading.rows(
                "SELECT offsets FROM ledger WHERE ingest_batch <= ? ORDER BY ingest_batch DESC LIMIT 1",
                List.of(batch),
                row -> row.getString(1));
        Map<String, Long> ends = new TreeMap<>();
        json.forEach(
                text -> LedgerEntry.offsetsFrom(text).forEach((partition, range) -> ends.put(partition, range.end())));
        return ends;
    }

    /** Append time of the newest record that a reading covers; empty while it covers none. */
    public static Optional<Instant> dataAsOf(Reading reading) {
        return reading
                .rows(
                        "SELECT max_append_ms FROM ledger WHERE max_append_ms IS NOT NULL ORDER BY ingest_batch DESC LIMIT 1",
                        List.of(),
                        row -> Instant.ofEpochMilli(row.getLong(1)))
                .stream()
                .findFirst();
    }
}
