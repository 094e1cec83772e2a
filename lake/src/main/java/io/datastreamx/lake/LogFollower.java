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

/**
 * Reads a table's Delta log as it grows. A poll without news is one look for one file. Commits that also remove files
 * (compaction, retention) rewrite rows that were reported before, and are skipped. Not thread-safe.
 */
public final class LogFollower {
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
     * @param added files in the order of their commits
     */
    public record Changes(long version, List<AddedFile> added) {}

    private final DeltaTable table;
    private final Engine engine;
    private final Configuration hadoop;
    private long version = -1;

    LogFollower(DeltaTable table, Engine engine, Configuration hadoop) {
        this.table = table;
        this.engine = engine;
        this.hadoop = hadoop;
    }

    /** The first poll that finds the table reports all its files, each later one those that were appended since. */
    public Changes poll() {
        List<AddedFile> added = advance().stream()
                .map(file -> new AddedFile(local(file.status().getPath()), file.rows()))
                .toList();
        return new Changes(version, added);
    }

    /** As {@link #poll}, for those who read the files as rows. */
    List<FileStatus> pollFiles() {
        return advance().stream().map(DataFile::status).toList();
    }

    private record DataFile(FileStatus status, long rows) {}

    private List<DataFile> advance() {
        try {
            if (version < 0) {
                return table.exists() ? snapshotFiles() : List.of();
            }
            return hasCommit(version + 1) ? committedFiles() : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot follow " + table.uri(), e);
        }
    }

    private boolean hasCommit(long wanted) throws IOException {
        Path commit = new Path(table.uri(), String.format("_delta_log/%020d.json", wanted));
        FileSystem fs = commit.getFileSystem(hadoop);
        return fs.exists(commit);
    }

    private List<DataFile> snapshotFiles() throws IOException {
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
        version = snapshot.getVersion();
        return files;
    }

    private List<DataFile> committedFiles() throws IOException {
        CommitRange range = TableManager.loadCommitRange(table.uri(), CommitBoundary.atVersion(version + 1))
                .build(engine);
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterator<CommitActions> commits =
                range.getCommitActions(engine, Set.of(DeltaAction.ADD, DeltaAction.REMOVE))) {
            while (commits.hasNext()) {
                try (CommitActions commit = commits.next()) {
                    files.addAll(appended(commit));
                } catch (IOException | RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IOException(e);
                }
            }
        }
        version = range.getEndVersion();
        return files;
    }

    private List<DataFile> appended(CommitActions commit) throws IOException {
        List<DataFile> added = new ArrayList<>();
        boolean rewrites = false;
        try (CloseableIterator<ColumnarBatch> batches = commit.getActions()) {
            while (batches.hasNext()) {
                ColumnarBatch batch = batches.next();
                int add = batch.getSchema().indexOf(DeltaAction.ADD.colName);
                int remove = batch.getSchema().indexOf(DeltaAction.REMOVE.colName);
                try (CloseableIterator<Row> rows = batch.getRows()) {
                    while (rows.hasNext()) {
                        Row row = rows.next();
                        rewrites |= !row.isNullAt(remove);
                        if (!row.isNullAt(add)) {
                            added.add(addedFile(row.getStruct(add)));
                        }
                    }
                }
            }
        }
        return rewrites ? List.of() : added;
    }

    private DataFile addedFile(Row add) {
        StructType schema = add.getSchema();
        String path = add.getString(schema.indexOf("path"));
        int stats = schema.indexOf("stats");
        long rows = stats < 0 || add.isNullAt(stats)
                ? -1
                : DataFileStatistics.getNumRecords(add.getString(stats)).orElse(-1L);
        return new DataFile(
                FileStatus.of(
                        path.contains(":") || path.startsWith("/") ? path : table.uri() + "/" + path,
                        add.getLong(schema.indexOf("size")),
                        add.getLong(schema.indexOf("modificationTime"))),
                rows);
    }

    private static String local(String path) {
        return path.startsWith("file:") ? new Path(path).toUri().getPath() : path;
    }
}
