package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LocalCopies;
import io.datastreamx.lake.LogFollower;
import io.datastreamx.lake.LogFollower.AddedFile;
import io.datastreamx.lake.LogFollower.Changes;
import io.datastreamx.lake.VersionTable;
import io.datastreamx.lake.Versions;
import io.datastreamx.serving.report.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A copy of the lake's ledger, live rows and rollups in DuckDB, kept up by following their Delta logs. {@link #poll()}
 * is called by one thread; any may read. After a failed poll the copy still answers, at its old position, but must be
 * replaced, since it may have missed files; not where memory was short, for then the next poll loads them.
 */
final class Copy implements AutoCloseable {
    private final Lake lake;
    private final LogFollower ledger;
    private final LogFollower live;
    private final VersionTable.Follower follower;
    private final CopyDatabase database;
    private final HeldVersions held;
    /** Files that the logs have told of and that are not loaded yet. */
    private final List<String> ledgerFiles = new ArrayList<>();

    private final List<String> liveFiles = new ArrayList<>();
    private Versions loaded = Versions.NONE;
    private CopyPosition position = CopyPosition.NOTHING;
    private long prunedTo = -1;
    private boolean isUntidy = true;

    Copy(Lake lake, CopyFolder folder, CopySettings settings) {
        this.lake = lake;
        this.ledger = lake.table(Table.LEDGER).follow();
        this.live = lake.table(Table.LIVE).follow();
        this.follower = lake.versions().follow();
        this.database = CopyDatabase.open(folder, settings);
        this.held = new HeldVersions(lake, database.parts());
    }

    ReadTransaction read(QueryLimits limits) {
        return database.read(limits);
    }

    /** Days of batch rows that were loaded, rather than found in the file. */
    int daysLoaded() {
        return database.parts().loaded();
    }

    /** Days of batch rows in the file. */
    int daysHeld() {
        return database.parts().size();
    }

    /**
     * Takes over what was committed since. The ledger is read first: what it calls complete is then complete in the
     * tables read after it.
     *
     * @return whether anything changed
     */
    boolean poll() {
        if (database.isDamaged()) {
            throw new IllegalStateException("the file of the copy is damaged; it is built anew");
        }
        Changes accounts = ledger.poll();
        // A batch that is complete now must be found, also where its commit was cleaned away meanwhile.
        Changes rows = accounts.added().isEmpty() ? live.poll() : live.catchUp();
        if (accounts.replaces() || rows.replaces()) {
            throw new IllegalStateException("the Delta log of "
                    + lake.uri(accounts.replaces() ? Table.LEDGER : Table.LIVE)
                    + " was cleaned beyond what was read of it; loading its present state");
        }
        ledgerFiles.addAll(paths(accounts));
        liveFiles.addAll(paths(rows));
        Versions versions = follower.poll();
        boolean news = !ledgerFiles.isEmpty() || !liveFiles.isEmpty() || versions != loaded;
        if (!news && !versions.isAheadOf(position.reported().ingestBatch())) {
            return false;
        }
        CopyPosition before = position;
        LocalCopies copies = lake.copies();
        load(versions, copies.of(ledgerFiles), copies.of(liveFiles));
        List.of(ledgerFiles, liveFiles).forEach(files -> {
            copies.drop(files);
            files.clear();
        });
        loaded = versions;
        return news || !position.equals(before);
    }

    private void load(Versions versions, List<String> ledgerFiles, List<String> liveFiles) {
        long batch = Math.max(position.reported().ingestBatch(), database.lastBatch(ledgerFiles));
        List<Versions.Entry> kept = held.load(versions, batch);
        Optional<Versions.Entry> active = versions.inForce(batch);
        if (active.map(Versions.Entry::cut).orElse(-1L) < prunedTo) {
            throw new IllegalStateException(
                    "the version in force goes back further than the live rows held here; loading them again");
        }
        long needed = active.isEmpty()
                ? -1
                : kept.stream().mapToLong(Versions.Entry::cut).min().orElse(-1);
        CopyPosition next = position(batch, active);
        database.atomically(() -> {
            if (!ledgerFiles.isEmpty()) {
                database.addLedger(ledgerFiles);
            }
            if (!liveFiles.isEmpty()) {
                database.addPending(
                        liveFiles, Math.max(prunedTo, position.reported().ingestBatch() < 0 ? needed : prunedTo));
            }
            database.promote();
            if (needed > prunedTo) {
                database.keepLiveAfter(needed);
            }
            database.parts().show(active.map(held::parts).orElse(List.of()));
            database.moveTo(next);
        });
        position = next;
        boolean deleted = needed > prunedTo;
        prunedTo = Math.max(prunedTo, needed);
        tidy(held.keepOnly(kept) || deleted);
    }

    private static CopyPosition position(long batch, Optional<Versions.Entry> active) {
        return new CopyPosition(
                new Position(
                        batch,
                        active.map(Versions.Entry::cut).orElse(-1L),
                        active.map(Versions.Entry::version),
                        active.map(Versions.Entry::grains).orElse(Grains.MINUTES)),
                active.map(entry -> entry.tables().get(Table.AD_OPPORTUNITIES)).orElse(-1L));
    }

    /** Room is given back when nobody reads, which at the moment of a deletion is not sure. */
    private void tidy(boolean deleted) {
        if (deleted || isUntidy) {
            database.tidy();
        }
        isUntidy = deleted;
    }

    private static List<String> paths(Changes changes) {
        return changes.added().stream().map(AddedFile::path).toList();
    }

    /** The next copy may go on from what it leaves. */
    @Override
    public void close() {
        database.close();
    }

    /** Leaves nothing. */
    void discard() {
        database.discard();
    }
}
