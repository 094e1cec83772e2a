package io.datastreamx.lake;

import io.delta.kernel.CommitActions;
import io.delta.kernel.CommitRange;
import io.delta.kernel.CommitRangeBuilder.CommitBoundary;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.DeltaLogActionUtils.DeltaAction;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.statistics.DataFileStatistics;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a table's Delta log as it grows. A poll without news is one look for one file. A log that was cleaned beyond
 * what was read of it is noticed, and the table's present state read instead. Not thread-safe.
 */
public final class LogFollower {
    private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
    /** Polls without news after which one also looks whether the log was cleaned. */
    private static final int QUIET_POLLS = 100;

    /**
     * A data file that came in.
     *
     * @param path absolute local path, or a URI where the lake is not local
     * @param rows rows in the file; -1 where the log does not say
     */
    public record AddedFile(String path, long rows) {}

    /**
     * What a poll found.
     *
     * @param version the table's version that is now covered; -1 while there is no table
     * @param added files with rows that were not reported before, in the order of their commits
     * @param rewritten files of commits that also remove some (compaction, retention): they hold rows that were
     *     reported before
     * @param removed paths of files that do not belong to the table any more
     * @param replaces whether commits were missed, since the log was cleaned: {@code added} then is all that the table
     *     holds, in place of all that was reported before
     */
    public record Changes(
            long version, List<AddedFile> added, List<AddedFile> rewritten, List<String> removed, boolean replaces) {}

    private final DeltaTable table;
    private final Engine engine;
    private final Configuration hadoop;
    private long version = -1;
    private int quietPolls;

    LogFollower(DeltaTable table, Engine engine, Configuration hadoop) {
        this.table = table;
        this.engine = engine;
        this.hadoop = hadoop;
    }

    /**
     * The first poll that finds the table reports all its files, each later one those that were appended since. That
     * the log was cleaned is noticed after some polls only.
     */
    public Changes poll() {
        return changes(advance(false));
    }

    /**
     * As {@link #poll}, and sure to cover every commit that was made before the call, at the price of a second look.
     */
    public Changes catchUp() {
        return changes(advance(true));
    }

    /** As {@link #poll}, for those who read the files as rows. */
    Found pollFiles() {
        return advance(false);
    }

    /** As {@link Changes}, with the files as the file system knows them. */
    record Found(List<DataFile> added, List<DataFile> rewritten, List<String> removed, boolean replaces) {
        private static final Found NOTHING = new Found(List.of(), List.of(), List.of(), false);
    }

    record DataFile(FileStatus status, long rows) {}

    private Changes changes(Found found) {
        return new Changes(
                version,
                localFiles(found.added()),
                localFiles(found.rewritten()),
                found.removed().stream().map(LogFollower::local).toList(),
                found.replaces());
    }

    private static List<AddedFile> localFiles(List<DataFile> files) {
        return files.stream()
                .map(file -> new AddedFile(local(file.status().getPath()), file.rows()))
                .toList();
    }

    private Found advance(boolean surely) {
        try {
            if (version < 0) {
                return table.exists() ? state() : Found.NOTHING;
            }
            if (hasCommit(version + 1)) {
                quietPolls = 0;
                return commits();
            }
            if (!surely && ++quietPolls % QUIET_POLLS != 0) {
                return Found.NOTHING;
            }
            // A log is cleaned from its beginning, and its last commit stays: where the last one that was read is still
            // there, no later one is gone.
            return hasCommit(version) ? Found.NOTHING : state();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot follow " + table.uri(), e);
        }
    }

    private boolean hasCommit(long wanted) throws IOException {
        Path commit = new Path(table.uri(), String.format("_delta_log/%020d.json", wanted));
        FileSystem fs = commit.getFileSystem(hadoop);
        return fs.exists(commit);
    }

    /** All files of the table as it is. */
    private Found state() throws IOException {
        Snapshot snapshot = table.snapshot();
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterator<FilteredColumnarBatch> batches =
                snapshot.getScanBuilder().build().getScanFiles(engine)) {
            while (batches.hasNext()) {
                try (CloseableIterator<Row> rows = batches.next().getRows()) {
                    rows.forEachRemaining(
                            row -> files.add(new DataFile(InternalScanFileUtils.getAddFileStatus(row), -1)));
                }
            }
        }
        boolean replaces = version >= 0;
        version = snapshot.getVersion();
        return new Found(files, List.of(), List.of(), replaces);
    }

    private Found commits() throws IOException {
        Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), false);
        try {
            CommitRange range = TableManager.loadCommitRange(table.uri(), CommitBoundary.atVersion(version + 1))
                    .build(engine);
            try (CloseableIterator<CommitActions> commits =
                    range.getCommitActions(engine, Set.of(DeltaAction.ADD, DeltaAction.REMOVE))) {
                while (commits.hasNext()) {
                    try (CommitActions commit = commits.next()) {
                        read(commit, found);
                    } catch (IOException | RuntimeException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new IOException(e);
                    }
                }
            }
            version = range.getEndVersion();
            return found;
        } catch (IOException | RuntimeException e) {
            if (hasCommit(version + 1)) {
                throw e;
            }
            LOG.debug("{}: the log was cleaned while it was read", table.uri(), e);
            return state();
        }
    }

    private void read(CommitActions commit, Found found) throws IOException {
        List<DataFile> added = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        try (CloseableIterator<ColumnarBatch> batches = commit.getActions()) {
            while (batches.hasNext()) {
                ColumnarBatch batch = batches.next();
                int add = batch.getSchema().indexOf(DeltaAction.ADD.colName);
                int remove = batch.getSchema().indexOf(DeltaAction.REMOVE.colName);
                try (CloseableIterator<Row> rows = batch.getRows()) {
                    while (rows.hasNext()) {
                        Row row = rows.next();
                        if (!row.isNullAt(remove)) {
                            removed.add(uri(text(row.getStruct(remove), "path")));
                        }
                        if (!row.isNullAt(add)) {
                            added.add(addedFile(row.getStruct(add)));
                        }
                    }
                }
            }
        }
        (removed.isEmpty() ? found.added() : found.rewritten()).addAll(added);
        found.removed().addAll(removed);
    }

    private static String text(Row row, String column) {
        return row.getString(row.getSchema().indexOf(column));
    }

    private String uri(String path) {
        return path.contains(":") || path.startsWith("/") ? path : table.uri() + "/" + path;
    }

    private DataFile addedFile(Row add) {
        StructType schema = add.getSchema();
        int stats = schema.indexOf("stats");
        long rows = stats < 0 || add.isNullAt(stats)
                ? -1
                : DataFileStatistics.getNumRecords(add.getString(stats)).orElse(-1L);
        return new DataFile(
                FileStatus.of(
                        uri(text(add, "path")),
                        add.getLong(schema.indexOf("size")),
                        add.getLong(schema.indexOf("modificationTime"))),
                rows);
    }

    static String local(String path) {
        return path.startsWith("file:") ? new Path(path).toUri().getPath() : path;
    }
}
