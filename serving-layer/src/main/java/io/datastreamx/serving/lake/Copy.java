package io.datastreamx.serving.lake;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LocalCopies;
import io.datastreamx.lake.LogFollower;
import io.datastreamx.lake.LogFollower.AddedFile;
import io.datastreamx.lake.LogFollower.Changes;
import io.datastreamx.lake.TableState;
import io.datastreamx.lake.VersionTable;
import io.datastreamx.lake.Versions;
import io.datastreamx.serving.report.Position;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A copy of the lake's ledger, live rows and rollups in DuckDB, kept up by following their Delta logs. {@link #poll()}
 * is called by one thread; any may read. After a failed poll the copy still answers, at its old position, but must be
 * replaced: it may have missed files.
 */
final class Copy implements AutoCloseable {
    /** A version's rollups in DuckDB. @param delta the Delta version that they are */
    private record Held(String table, long delta) {}

    private final Lake lake;
    private final LogFollower ledger;
    private final LogFollower live;
    private final VersionTable.Follower follower;
    private final Map<String, Held> held = new HashMap<>();
    private final CopyDatabase database;
    private Versions versions = Versions.NONE;
    private Position position = Position.NOTHING;
    private long prunedTo = -1;

    Copy(Lake lake) {
        this.lake = lake;
        this.ledger = lake.table(Table.LEDGER).follow();
        this.live = lake.table(Table.LIVE).follow();
        this.follower = lake.versions().follow();
        this.database = new CopyDatabase();
    }

    ReadTransaction read() {
        return database.read();
    }

    /**
     * Takes over what was committed since. The ledger is read first: what it calls complete is then complete in the
     * tables read after it.
     *
     * @return whether anything changed
     */
    boolean poll() {
        Changes accounts = ledger.poll();
        // A batch that is complete now must be found, also where its commit was cleaned away meanwhile.
        Changes rows = accounts.added().isEmpty() ? live.poll() : live.catchUp();
        if (accounts.replaces() || rows.replaces()) {
            throw new IllegalStateException("the Delta log of "
                    + lake.uri(accounts.replaces() ? Table.LEDGER : Table.LIVE)
                    + " was cleaned beyond what was read of it; loading its present state");
        }
        List<String> ledgerFiles = paths(accounts);
        List<String> liveFiles = paths(rows);
        Versions known = versions;
        versions = follower.poll();
        boolean news = !ledgerFiles.isEmpty() || !liveFiles.isEmpty() || versions != known;
        if (!news && !versions.isAheadOf(position.ingestBatch())) {
            return false;
        }
        Position before = position;
        LocalCopies copies = lake.copies();
        database.atomically(() -> load(copies.of(ledgerFiles), copies.of(liveFiles)));
        List.of(ledgerFiles, liveFiles).forEach(copies::drop);
        return news || !position.equals(before);
    }

    private void load(List<String> ledgerFiles, List<String> liveFiles) throws SQLException {
        if (!ledgerFiles.isEmpty()) {
            database.addLedger(ledgerFiles);
        }
        long batch = database.lastBatch();
        holdVersions(batch);
        Optional<Versions.Entry> active = versions.inForce(batch);
        long needed = active.isEmpty() ? -1 : smallestCutHeld(batch);
        if (active.map(Versions.Entry::cut).orElse(-1L) < prunedTo) {
            throw new IllegalStateException(
                    "the version in force goes back further than the live rows held here; loading them again");
        }
        if (!liveFiles.isEmpty()) {
            database.addPending(liveFiles, Math.max(prunedTo, position.ingestBatch() < 0 ? needed : prunedTo));
        }
        database.promote();
        if (needed > prunedTo) {
            database.keepLiveAfter(needed);
            prunedTo = needed;
        }
        if (active.isPresent()) {
            database.bringIntoForce(held.get(active.get().version()).table());
        }
        position =
                new Position(batch, active.map(Versions.Entry::cut).orElse(-1L), active.map(Versions.Entry::version));
        database.moveTo(position);
    }

    /** The version in force, the one before it, to which a rollback returns, and what may come next. */
    private List<Versions.Entry> toHold(long batch) {
        return Stream.concat(
                        versions.path(batch).stream().limit(2),
                        versions.coming(batch).stream().limit(2))
                .toList();
    }

    private long smallestCutHeld(long batch) {
        return toHold(batch).stream()
                .filter(entry -> held.containsKey(entry.version()))
                .mapToLong(Versions.Entry::cut)
                .min()
                .orElse(-1);
    }

    /**
     * Loads rollups of versions that are announced or in force, drops those of others. A version that is gone and not
     * in force is left out.
     */
    private void holdVersions(long batch) throws SQLException {
        List<Versions.Entry> kept = toHold(batch);
        String active = versions.inForce(batch).map(Versions.Entry::version).orElse("");
        for (String version : List.copyOf(held.keySet())) {
            if (kept.stream()
                    .noneMatch(entry -> entry.version().equals(version)
                            && entry.tables().get(Table.BATCH_ROLLUPS)
                                    == held.get(version).delta())) {
                database.drop(held.remove(version).table());
            }
        }
        for (Versions.Entry entry : kept) {
            if (!held.containsKey(entry.version())) {
                hold(entry, entry.version().equals(active));
            }
        }
    }

    private void hold(Versions.Entry entry, boolean required) throws SQLException {
        DeltaTable rollups = lake.table(Table.BATCH_ROLLUPS);
        long delta = entry.tables().get(Table.BATCH_ROLLUPS);
        if (!rollups.isWhole(delta)) {
            if (required) {
                throw new IllegalStateException("version " + entry.version() + " is in force but files of "
                        + rollups.uri() + " are missing: run `dsx batch --rollback` or `dsx batch --full`");
            }
            return;
        }
        List<String> files = rollups.state(delta).files().stream()
                .map(TableState.DayFile::path)
                .toList();
        String table = database.loadRollups(lake.copies().of(files));
        lake.copies().drop(files);
        held.put(entry.version(), new Held(table, delta));
    }

    private static List<String> paths(Changes changes) {
        return changes.added().stream().map(AddedFile::path).toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
