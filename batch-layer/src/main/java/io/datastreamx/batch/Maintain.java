package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions;
import io.delta.tables.DeltaTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what no reader needs any more compacts small files and deletes unreferenced ones, while ingest goes on
 * appending. Commits of the two do not exclude each other; where they do collide the next night tries again. Nothing
 * here changes an answer: live rows go only when every version that can come into force covers them, and compaction is
 * marked as not changing data.
 */
final class Maintain implements Step {
    /**
     * @param deletedVersions folders of versions that can no longer come into force
     * @param compacted tables whose small files were merged, and whose unreferenced files were deleted
     * @param postponed what did not work this time and why
     */
    record Result(List<String> deletedVersions, List<String> compacted, List<String> postponed) {}

    private static final Logger LOG = LoggerFactory.getLogger(Maintain.class);
    /**
     * More files than this and a table is looked after: at one commit a second that is less than ten minutes of ingest.
     */
    private static final long MANY_FILES = 500;

    private final long manyFiles;

    Maintain() {
        this(MANY_FILES);
    }

    /**
     * @param manyFiles a table with more files than this is compacted, and of live rows those that are not needed are
     *     deleted first
     */
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
        List<String> deleted = deleteVersions(night, versions, kept);
        long covered = kept.stream().mapToLong(Versions.Entry::cut).min().orElseThrow();
        List<String> compacted = new ArrayList<>();
        List<String> postponed = new ArrayList<>();
        for (Table table : List.of(Table.EVENTS, Table.LIVE, Table.LEDGER)) {
            attempt(postponed, "compact " + table.path(), () -> {
                if (night.lake().table(table).follow().poll().added().size() > manyFiles) {
                    compact(night, table, covered);
                    compacted.add(table.path());
                    vacuum(night, table);
                }
            });
        }
        attempt(postponed, "forget versions elsewhere", () -> night.publication()
                .forget(deleted, covered));
        return new Result(deleted, compacted, postponed);
    }

    /**
     * A version that was never flipped stays while its night can still finish, that is while the version in force is
     * not ahead of it.
     */
    private static List<String> deleteVersions(Night night, Versions versions, List<Versions.Entry> kept) {
        Set<String> keep = kept.stream().map(Versions.Entry::version).collect(Collectors.toSet());
        Set<String> flipped = versions.entries().stream()
                .filter(entry -> entry.action() == Versions.Action.FLIP)
                .map(Versions.Entry::version)
                .collect(Collectors.toSet());
        long active = kept.get(0).cut();
        List<String> deleted = night.lake().files().list(night.lake().versionsFolder()).stream()
                .filter(version -> !keep.contains(version))
                .filter(version -> flipped.contains(version) || Sealed.cutOf(version) < active)
                .toList();
        deleted.forEach(
                version -> night.lake().files().deleteFolder(night.lake().versionFolder(version)));
        return deleted;
    }

    private static void deleteLive(Night night, long covered) {
        DeltaTable.forPath(night.spark().get(), night.lake().uri(Table.LIVE))
                .delete(col("ingest_batch").leq(covered));
    }

    private static void compact(Night night, Table table, long covered) {
        if (table == Table.LIVE) {
            deleteLive(night, covered);
        }
        DeltaTable.forPath(night.spark().get(), night.lake().uri(table))
                .optimize()
                .executeCompaction();
    }

    /** What compaction and killed attempts have left behind, once no reader can still be on it. */
    private static void vacuum(Night night, Table table) {
        DeltaTable.forPath(night.spark().get(), night.lake().uri(table))
                .vacuum(night.settings().batch().vacuumAfter().toHours());
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
