package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.datastreamx.config.BatchSettings;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.TableState;
import io.datastreamx.lake.Versions;
import io.delta.tables.DeltaTable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what no reader needs any more, compacts small files and deletes unreferenced ones, while ingest goes on
 * appending. Commits of the two do not exclude each other; where they do collide the next night tries again. Nothing
 * here changes an answer: live rows go only when every version that can come into force covers them, days of the raw
 * log only when they are in the versions, and compaction is marked as not changing data.
 */
final class Maintain implements Step {
    /**
     * @param forgotten versions that can no longer come into force
     * @param compacted tables whose small files were merged, and whose unreferenced files were deleted
     * @param expired days of the raw log that were older than it is kept
     * @param postponed what did not work this time and why
     */
    record Result(List<String> forgotten, List<String> compacted, List<String> expired, List<String> postponed) {}

    private static final Logger LOG = LoggerFactory.getLogger(Maintain.class);
    /**
     * More files than this and a table, or a day of the raw log, is looked after: at one commit a second that is some
     * minutes of ingest.
     */
    private static final long MANY_FILES = 500;
    /** Forgetting is repeated for the versions that ended last, in case it failed then. */
    private static final int FORGOTTEN_AGAIN = 5;

    private final long manyFiles;

    Maintain() {
        this(MANY_FILES);
    }

    /** @param manyFiles a table or day with more files than this is compacted */
    Maintain(long manyFiles) {
        this.manyFiles = manyFiles;
    }

    @Override
    public Outcome run(Night night) {
        return night.lake().versions().read().inForce().isEmpty()
                ? Outcome.skipped("no version is in force yet")
                : Outcome.done(maintain(night));
    }

    Result maintain(Night night) {
        Versions versions = night.lake().versions().read();
        List<Versions.Entry> kept = night.kept(versions);
        List<String> forgotten = forgotten(versions, kept);
        long covered = kept.stream().mapToLong(Versions.Entry::cut).min().orElseThrow();
        new CoveredBatches(night.lake()).raise(covered);
        List<String> compacted = new ArrayList<>();
        List<String> expired = new ArrayList<>();
        List<String> postponed = new ArrayList<>();
        attempt(postponed, "let old days of the raw log expire", () -> expired.addAll(expire(night, covered)));
        for (Table table : List.of(Table.LIVE, Table.LEDGER)) {
            attempt(postponed, "compact " + table.title(), () -> {
                if (night.lake().table(table).follow().poll().added().size() > manyFiles) {
                    if (table == Table.LIVE) {
                        table(night, table).delete(col("ingest_batch").leq(covered));
                    }
                    table(night, table).optimize().executeCompaction();
                    compacted.add(table.title());
                    vacuum(night, table);
                }
            });
        }
        attempt(postponed, "compact " + Table.EVENTS.title(), () -> {
            SortedSet<LocalDate> days = daysOfManyFiles(night);
            if (!days.isEmpty()) {
                table(night, Table.EVENTS).optimize().where(Days.sql(days)).executeCompaction();
                compacted.add(Table.EVENTS.title());
                vacuum(night, Table.EVENTS);
            }
        });
        attempt(postponed, "delete files of forgotten versions", () -> deleteUnnamed(night, kept));
        attempt(postponed, "forget versions elsewhere", () -> night.publication()
                .forget(forgotten, covered));
        return new Result(forgotten, compacted, expired, postponed);
    }

    /** The last of those that were published and are not kept. A version that can still come into force is not one. */
    private static List<String> forgotten(Versions versions, List<Versions.Entry> kept) {
        Set<String> keep = kept.stream().map(Versions.Entry::version).collect(Collectors.toSet());
        long active = kept.get(0).cut();
        Set<String> flipped = versions.entries().stream()
                .filter(entry -> entry.action() == Versions.Action.FLIP)
                .map(Versions.Entry::version)
                .collect(Collectors.toSet());
        List<String> forgotten = versions.entries().stream()
                .filter(entry -> !keep.contains(entry.version()))
                .filter(entry -> flipped.contains(entry.version()) || entry.cut() < active)
                .map(Versions.Entry::version)
                .distinct()
                .toList();
        return forgotten.subList(Math.max(0, forgotten.size() - FORGOTTEN_AGAIN), forgotten.size());
    }

    /** Days of the raw log that every version has; dead letters go by their age alone. */
    private static List<String> expire(Night night, long covered) {
        BatchSettings settings = night.settings().batch();
        Instant now = night.clock().instant();
        LocalDate first = now.atZone(ZoneOffset.UTC)
                .toLocalDate()
                .minusDays(settings.rawLogRetention().toDays());
        TableState log = night.lake().table(Table.EVENTS).state();
        SortedSet<LocalDate> old = new TreeSet<>(log.days().headSet(first));
        old.removeAll(log.daysAbove("ingest_batch", covered));
        if (!old.isEmpty()) {
            table(night, Table.EVENTS).delete(Days.sql(old));
            vacuum(night, Table.EVENTS);
        }
        if (!night.lake().table(Table.DEAD_LETTERS).isEmpty()) {
            Instant oldest = now.minus(settings.deadLetterRetention());
            table(night, Table.DEAD_LETTERS).delete(col("append_time").lt(lit(java.sql.Timestamp.from(oldest))));
        }
        return old.stream().map(LocalDate::toString).toList();
    }

    private SortedSet<LocalDate> daysOfManyFiles(Night night) {
        return night.lake().table(Table.EVENTS).state().byDay().entrySet().stream()
                .filter(day -> day.getValue().size() > manyFiles)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void deleteUnnamed(Night night, List<Versions.Entry> kept) {
        Instant before = night.clock().instant().minus(night.settings().batch().vacuumAfter());
        for (Table table : Table.ofBatch()) {
            List<Long> versions =
                    kept.stream().map(entry -> entry.tables().get(table)).toList();
            int deleted = night.lake().table(table).deleteAllBut(versions, before);
            LOG.debug("{}: {} files of versions that are not kept", table.path(), deleted);
        }
    }

    private static DeltaTable table(Night night, Table table) {
        return DeltaTable.forPath(night.spark().get(), night.lake().uri(table));
    }

    /** What compaction and killed attempts have left behind, once no reader can still be on it. */
    private static void vacuum(Night night, Table table) {
        table(night, table).vacuum(night.settings().batch().vacuumAfter().toHours());
    }

    private static void attempt(List<String> postponed, String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("maintenance could not {}; the next night tries again", what, e);
            postponed.add(what + ": " + e.getMessage());
        }
    }
}
