package io.datastreamx.lake;

import io.datastreamx.contract.table.Table;
import java.util.List;
import java.util.function.Function;

/**
 * The table {@code versions}: read, followed and written. Each entry is committed on top of just those that it was
 * decided on, and its time is later than theirs: one order, whoever reads it and however.
 */
public final class VersionTable {
    private final DeltaTable table;

    VersionTable(Lake lake) {
        this.table = lake.table(Table.VERSIONS);
    }

    /** All that is there; {@link Versions#NONE} before the first night. */
    public Versions read() {
        return versions(table.rows());
    }

    /**
     * Adds an entry in one commit.
     *
     * @param appId names the writer; one appId never writes two different things under one transaction
     * @param next decides on the entry, given all before it; asked again where another writer comes between. Its time
     *     is moved behind the last one's where clocks disagree. What it throws is passed on and nothing is written
     * @return false where the same writer already did
     */
    public boolean append(String appId, long transaction, Function<Versions, Versions.Entry> next) {
        return table.appendNext(appId, transaction, rows -> {
            Versions before = versions(rows);
            Versions.Entry entry = next.apply(before);
            return List.of(entry.again(
                            LaterTime.than(before.entries().stream().map(Versions.Entry::at), entry.at()),
                            entry.action(),
                            entry.runId())
                    .row());
        });
    }

    /** Follows the table as it grows, from its present state on. The table may come into being later. */
    public Follower follow() {
        return new Follower(table);
    }

    private static Versions versions(List<TableRow> rows) {
        return Versions.NONE.with(rows.stream().map(Versions.Entry::of).toList());
    }

    /** One reader of a growing table. Not thread-safe. */
    public static final class Follower {
        private final DeltaTable table;
        private final LogFollower log;
        private Versions known = Versions.NONE;

        private Follower(DeltaTable table) {
            this.table = table;
            this.log = table.follow();
        }

        /** All that is known by now; the same object as before where nothing came. */
        public Versions poll() {
            LogFollower.Found found = log.pollFiles();
            List<Versions.Entry> added = found.added().stream()
                    .flatMap(file -> table.rows(file.status()).stream())
                    .map(Versions.Entry::of)
                    .toList();
            Versions before = found.replaces() ? Versions.NONE : known;
            known = added.isEmpty() ? before : before.with(added);
            return known;
        }
    }
}
