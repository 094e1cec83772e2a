package io.datastreamx.lake;

import io.delta.kernel.Snapshot;
import io.delta.kernel.exceptions.ConcurrentTransactionException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Appends of one writer that commits often: what it knows of the table after a commit is where the next one begins, so
 * that the log is not listed and read each time. Others may commit in between. Not thread-safe.
 */
public final class TableAppender {
    private final DeltaTable table;
    private final Map<String, Long> committed = new HashMap<>();
    private Optional<Snapshot> state = Optional.empty();

    TableAppender(DeltaTable table) {
        this.table = table;
    }

    /** Whether the writer already committed this version or a later one. */
    public boolean isCommitted(String appId, long version) {
        return committed.computeIfAbsent(
                        appId, id -> table.latestTransaction(state(), id).orElse(-1))
                >= version;
    }

    /**
     * Adds Parquet files that lie below the table's folder, in one commit.
     *
     * @return false where this writer already committed this version or a later one; the files then are orphans
     */
    public boolean addFiles(String appId, long version, List<NewFile> files) {
        return commit(appId, version, transaction -> files);
    }

    /**
     * Appends rows in one commit; the table is created where it does not exist. Of flat tables only.
     *
     * @return false, and nothing is written, where this writer already committed this version or a later one
     */
    public boolean append(String appId, long version, List<Map<String, Object>> rows) {
        if (state.isEmpty()) {
            table.createIfAbsent();
        }
        return commit(appId, version, table.rowWriter(rows));
    }

    private boolean commit(String appId, long version, Commits.FileWriter files) {
        if (isCommitted(appId, version)) {
            return false;
        }
        Snapshot before = state();
        // Whatever happens now, what was known is out of date.
        state = Optional.empty();
        try {
            state = table.commit(before, appId, version, files);
            committed.put(appId, version);
            return true;
        } catch (ConcurrentTransactionException e) {
            committed.remove(appId);
            return false;
        }
    }

    private Snapshot state() {
        if (state.isEmpty()) {
            state = Optional.of(table.snapshot());
        }
        return state.get();
    }
}
