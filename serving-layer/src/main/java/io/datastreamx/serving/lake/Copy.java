package io.datastreamx.serving.lake;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LocalCopies;
import io.datastreamx.lake.LogFollower;
import io.datastreamx.lake.LogFollower.AddedFile;
import io.datastreamx.serving.report.Position;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A copy of the lake's ledger, live rows and rollups in DuckDB, kept up by following their Delta logs. {@link #poll()}
 * is called by one thread; any may read. After a failed poll the copy still answers, at its old position, but must be
 * replaced: it may have missed files.
 */
final class Copy implements AutoCloseable {
    /** A version's rollups in DuckDB. @param published its publish row in the version log, if it had one */
    private record Held(String table, OptionalLong published) {}

    private final Lake lake;
    private final LogFollower ledger;
    private final LogFollower live;
    private final LogFollower versions;
    private final VersionLog log = new VersionLog();
    private final Map<String, Held> held = new HashMap<>();
    private final CopyDatabase database;
    private Position position = Position.NOTHING;
    private long prunedTo = -1;

    Copy(Lake lake) {
        this.lake = lake;
        this.ledger = lake.table(Table.LEDGER).follow();
        this.live = lake.table(Table.LIVE).follow();
        this.versions = lake.table(Table.VERSIONS).follow();
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
        List<String> ledgerFiles = paths(ledger);
        List<String> liveFiles = paths(live);
        List<String> versionFiles = paths(versions);
        boolean news = !ledgerFiles.isEmpty() || !liveFiles.isEmpty() || !versionFiles.isEmpty();
        if (!news && !log.waits(position.ingestBatch())) {
            return false;
        }
        Position before = position;
        LocalCopies copies = lake.copies();
        database.atomically(() -> load(copies.of(ledgerFiles), copies.of(liveFiles), copies.of(versionFiles)));
        List.of(ledgerFiles, liveFiles, versionFiles).forEach(copies::drop);
        return news || !position.equals(before);
    }

    private void load(List<String> ledgerFiles, List<String> liveFiles, List<String> versionFiles) throws SQLException {
        if (!ledgerFiles.isEmpty()) {
            database.addLedger(ledgerFiles);
        }
        if (!versionFiles.isEmpty()) {
            database.versions(versionFiles).forEach(row -> log.add(row.action(), row.version(), row.cut()));
        }
        long batch = database.lastBatch();
        holdVersions(batch);
        Optional<VersionLog.Entry> active = log.inForce(batch);
        long needed = active.isEmpty() ? -1 : smallestCutHeld(batch);
        if (active.map(VersionLog.Entry::cut).orElse(-1L) < prunedTo) {
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
        position = new Position(
                batch, active.map(VersionLog.Entry::cut).orElse(-1L), active.map(VersionLog.Entry::version));
        database.moveTo(position);
    }

    private long smallestCutHeld(long batch) {
        return log.kept(batch).stream()
                .filter(entry -> held.containsKey(entry.version()))
                .mapToLong(VersionLog.Entry::cut)
                .min()
                .orElse(-1);
    }

    /**
     * Loads rollups of versions that are announced or in force, drops those of others. A version that is gone and not
     * in force is left out.
     */
    private void holdVersions(long batch) throws SQLException {
        List<VersionLog.Entry> kept = log.kept(batch);
        String active = log.inForce(batch).map(VersionLog.Entry::version).orElse("");
        for (String version : List.copyOf(held.keySet())) {
            boolean replaced =
                    !version.equals(active) && !held.get(version).published().equals(log.publishedAt(version));
            if (replaced || kept.stream().noneMatch(entry -> entry.version().equals(version))) {
                database.drop(held.remove(version).table());
            }
        }
        for (VersionLog.Entry entry : kept) {
            if (!held.containsKey(entry.version())) {
                hold(entry.version(), entry.version().equals(active));
            }
        }
    }

    private void hold(String version, boolean required) throws SQLException {
        var rollups = lake.table(version, Table.BATCH_ROLLUPS);
        if (!rollups.exists()) {
            if (required) {
                throw new IllegalStateException("version " + version + " is in force but " + rollups.uri()
                        + " is missing: run `dsx batch --rollback` or another night");
            }
            return;
        }
        List<String> files = paths(rollups.follow());
        String table = database.loadRollups(lake.copies().of(files));
        lake.copies().drop(files);
        held.put(version, new Held(table, log.publishedAt(version)));
    }

    private static List<String> paths(LogFollower follower) {
        return follower.poll().added().stream().map(AddedFile::path).toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
