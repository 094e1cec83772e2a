package io.datastreamx.lake;

import io.datastreamx.contract.table.Table;
import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.ConcurrentTransactionException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.expressions.AlwaysTrue;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.transaction.DataLayoutSpec;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Delta table through Delta Kernel: appends that are idempotent by (application id, version), and whole reads of
 * small tables. A commit costs tens of milliseconds and no Spark job.
 */
public final class DeltaTable {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaTable.class);
    private static final String WRITER = "DatastreamX";
    /**
     * Checkpoints keep opening the log cheap, as long as they do not name every small file that was merged in a week;
     * {@link LogCleanup} keeps it short.
     */
    private static final Map<String, String> PROPERTIES = Map.of(
            "delta.checkpointInterval",
            "100",
            "delta.logRetentionDuration",
            "interval 2 days",
            "delta.deletedFileRetentionDuration",
            "interval 1 days");

    /** Of the raw log a night merges what a day has left; who reads it may take long. */
    private static final Map<String, String> PROPERTIES_OF_EVENTS = Map.of(
            "delta.checkpointInterval",
            "100",
            "delta.logRetentionDuration",
            "interval 2 days",
            "delta.deletedFileRetentionDuration",
            "interval 7 days");

    /**
     * Of tables that get a commit or two each night, and whose earlier versions are read: a version can be opened for
     * as long as the commits since the checkpoint before it are there.
     */
    private static final Map<String, String> PROPERTIES_OF_BATCH = Map.of(
            "delta.checkpointInterval",
            "10",
            "delta.logRetentionDuration",
            "interval 365 days",
            "delta.deletedFileRetentionDuration",
            "interval 365 days");

    private final Engine engine;
    private final Configuration hadoop;
    private final String uri;
    private final Table table;
    private final TableReader reader;
    private final Commits commits;

    DeltaTable(Engine engine, Configuration hadoop, String uri, Table table) {
        this.engine = engine;
        this.hadoop = hadoop;
        this.uri = uri;
        this.table = table;
        this.reader = new TableReader(engine, uri, table);
        this.commits = new Commits(engine, hadoop, uri);
    }

    public String uri() {
        return uri;
    }

    public boolean exists() {
        Path log = new Path(uri, "_delta_log");
        try {
            // A commit is written under a temporary name first: the folder alone is not yet a table.
            return Arrays.stream(log.getFileSystem(hadoop).listStatus(log))
                    .map(file -> file.getPath().getName())
                    .anyMatch(name -> !name.startsWith(".") && (name.endsWith(".json") || name.endsWith(".parquet")));
        } catch (FileNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + uri, e);
        }
    }

    /**
     * Creates the table with the contract's columns; nothing happens where it exists, also when another process creates
     * it at the same time.
     */
    public void createIfAbsent() {
        if (exists()) {
            return;
        }
        try {
            var creation = TableManager.buildCreateTableTransaction(uri, schema(), WRITER)
                    .withTableProperties(properties());
            if (table.isByDay()) {
                creation = creation.withDataLayoutSpec(DataLayoutSpec.partitioned(List.of(new Column(Table.DAY))));
            }
            creation.build(engine).commit(engine, CloseableIterable.emptyIterable());
        } catch (TableAlreadyExistsException | io.delta.kernel.exceptions.ConcurrentWriteException e) {
            LOG.debug("{} was created by another process", uri);
        }
    }

    private Map<String, String> properties() {
        if (Table.ofBatch().contains(table)) {
            return PROPERTIES_OF_BATCH;
        }
        return table == Table.EVENTS ? PROPERTIES_OF_EVENTS : PROPERTIES;
    }

    private StructType schema() {
        StructType columns = KernelTypes.struct(table.columns());
        return table.isByDay() ? columns.add(new StructField(Table.DAY, DateType.DATE, true)) : columns;
    }

    /** @throws IllegalStateException where the table's columns are not the contract's */
    void requireColumns() {
        List<String> expected = schema().fieldNames();
        List<String> found = snapshot().getSchema().fieldNames();
        if (!found.equals(expected)) {
            List<String> missing = new ArrayList<>(expected);
            missing.removeAll(found);
            List<String> unknown = new ArrayList<>(found);
            unknown.removeAll(expected);
            throw new IllegalStateException(uri + " was written by another edition of this program: it lacks " + missing
                    + " and has " + unknown
                    + " besides. Nothing was changed. Begin with a new home, or delete the lake's"
                    + " folders batch and versions and run a night, which rebuilds them from the raw log.");
        }
    }

    /** The latest version that the application committed; empty where it never did. */
    public OptionalLong latestTransaction(String appId) {
        return latestTransaction(snapshot(), appId);
    }

    /**
     * Appends rows in one commit; the table is created where it does not exist. Of flat tables only.
     *
     * @param appId names the writer; one appId never writes two different things under one version
     * @param version grows with every write of this writer
     * @return false, and nothing is written, where this writer already committed this version or a later one
     */
    public boolean append(String appId, long version, List<Map<String, Object>> rows) {
        createIfAbsent();
        return commit(appId, version, rowWriter(rows));
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
     * Appends what the rows that are there call for, in one commit. The commit stands only where no other came between;
     * otherwise the rows are read and decided on again. So what is written was decided in full knowledge, and who
     * numbers or dates rows by those before them gets the order of the commits.
     *
     * @param next the rows to add to those there are; what it throws is passed on and nothing is written
     * @return false, and nothing is decided or written, where this writer already committed this version or a later one
     */
    boolean appendNext(String appId, long version, Function<List<TableRow>, List<Map<String, Object>>> next) {
        createIfAbsent();
        while (true) {
            Snapshot snapshot = snapshot();
            if (isCommitted(snapshot, appId, version)) {
                return false;
            }
            List<TableRow> before = new ArrayList<>();
            reader.forEach(snapshot, before::add);
            Commits.FileWriter rows = rowWriter(next.apply(before));
            try {
                commits.add(
                        snapshot.buildUpdateTableTransaction(WRITER, Operation.WRITE)
                                .withTransactionId(appId, version)
                                .withMaxRetries(0)
                                .build(engine),
                        rows);
                return true;
            } catch (MaxCommitRetryLimitReachedException e) {
                LOG.debug("{}: another commit came between; deciding again", uri);
            }
        }
    }

    /**
     * Other contents of days of a table by day.
     *
     * @param built days that get new files; one without is empty afterwards
     * @param files theirs, which lie below the table's folder
     * @param restored days that become again what they are in another Delta version
     * @param from that version; without one these days are empty afterwards
     */
    public record DayChange(
            Collection<LocalDate> built, List<NewFile> files, Collection<LocalDate> restored, OptionalLong from) {
        private Set<LocalDate> days() {
            Set<LocalDate> days = new HashSet<>(built);
            days.addAll(restored);
            return days;
        }
    }

    /**
     * Replaces days in one commit.
     *
     * @return the Delta version that it made, or the present one where nothing changes
     * @throws MaxCommitRetryLimitReachedException where another commit came between; nothing is changed then
     */
    public long replaceDays(DayChange change) {
        Snapshot snapshot = snapshot();
        List<AddFile> removed = new TableState(uri, engine, snapshot).filesOf(change.days());
        List<AddFile> returning = new ArrayList<>();
        change.from().ifPresent(version -> returning.addAll(state(version).filesOf(change.restored())));
        dropSame(removed, returning);
        if (removed.isEmpty() && returning.isEmpty() && change.files().isEmpty()) {
            return snapshot.getVersion();
        }
        return commits.replace(
                snapshot.buildUpdateTableTransaction(WRITER, Operation.WRITE)
                        .withMaxRetries(0)
                        .build(engine),
                removed,
                returning,
                change.files());
    }

    /** One commit must not both remove and add a file. */
    private static void dropSame(List<AddFile> removed, List<AddFile> returning) {
        Set<String> same = removed.stream().map(AddFile::getPath).collect(Collectors.toSet());
        same.retainAll(returning.stream().map(AddFile::getPath).collect(Collectors.toSet()));
        removed.removeIf(file -> same.contains(file.getPath()));
        returning.removeIf(file -> same.contains(file.getPath()));
    }

    /** Writes rows of tables by day, each with its {@link Table#DAY}, to files that no commit names yet. */
    public List<NewFile> writeFiles(List<Map<String, Object>> rows) {
        try {
            return rowWriter(rows)
                    .write(snapshot()
                            .buildUpdateTableTransaction(WRITER, Operation.WRITE)
                            .build(engine));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + uri, e);
        }
    }

    /** For one writer of many commits. */
    public TableAppender appender() {
        return new TableAppender(this);
    }

    /**
     * One commit on top of a state of the table that is known.
     *
     * @return the state after it, where the commit did not have to give way to another's; empty where the state must be
     *     read anew
     */
    Optional<Snapshot> commit(Snapshot snapshot, String appId, long version, Commits.FileWriter files) {
        return commits.add(
                snapshot.buildUpdateTableTransaction(WRITER, Operation.WRITE)
                        .withTransactionId(appId, version)
                        .build(engine),
                files);
    }

    /** @param rows of tables by day with their {@link Table#DAY}, a {@link LocalDate} */
    Commits.FileWriter rowWriter(List<Map<String, Object>> rows) {
        Map<Optional<LocalDate>, List<Map<String, Object>>> byDay = new LinkedHashMap<>();
        for (Map<String, Object> row : rows) {
            Map<String, Object> columns = new HashMap<>(row);
            Optional<LocalDate> day =
                    table.isByDay() ? Optional.of((LocalDate) columns.remove(Table.DAY)) : Optional.empty();
            byDay.computeIfAbsent(day, any -> new ArrayList<>()).add(columns);
        }
        Map<Optional<LocalDate>, RowBatch> batches = new LinkedHashMap<>();
        byDay.forEach((day, columns) -> batches.put(day, new RowBatch(table, columns)));
        return transaction -> {
            List<NewFile> files = new ArrayList<>();
            for (Map.Entry<Optional<LocalDate>, RowBatch> batch : batches.entrySet()) {
                files.addAll(commits.write(transaction, batch.getKey(), batch.getValue()));
            }
            return files;
        };
    }

    OptionalLong latestTransaction(Snapshot snapshot, String appId) {
        return snapshot.getLatestTransactionVersion(engine, appId)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    private boolean commit(String appId, long version, Commits.FileWriter writer) {
        Snapshot snapshot = snapshot();
        if (isCommitted(snapshot, appId, version)) {
            return false;
        }
        try {
            commits.add(
                    snapshot.buildUpdateTableTransaction(WRITER, Operation.WRITE)
                            .withTransactionId(appId, version)
                            .build(engine),
                    writer);
            return true;
        } catch (ConcurrentTransactionException e) {
            return false;
        }
    }

    private boolean isCommitted(Snapshot snapshot, String appId, long version) {
        return snapshot.getLatestTransactionVersion(engine, appId).orElse(-1L) >= version;
    }

    /** All rows, in no order. For small flat tables. A table that does not exist has none. */
    public List<TableRow> rows() {
        List<TableRow> rows = new ArrayList<>();
        forEach(rows::add);
        return rows;
    }

    /**
     * Shows every row to the consumer, one after the other, so that tables with large values need not fit into memory.
     */
    public void forEach(Consumer<TableRow> consumer) {
        if (exists()) {
            reader.forEach(snapshot(), consumer);
        }
    }

    /** The same with these columns alone; the others are not read, and every row lacks them. */
    public void forEach(List<String> columns, Consumer<TableRow> consumer) {
        if (exists()) {
            reader.forEach(snapshot(), columns, AlwaysTrue.ALWAYS_TRUE, consumer);
        }
    }

    /** The same with all columns, of rows whose value in a column of whole numbers is not below {@code least}. */
    public void forEachFrom(String column, long least, Consumer<TableRow> consumer) {
        Predicate from = new Predicate(">=", new Column(column), Literal.ofLong(least));
        if (exists()) {
            reader.forEach(snapshot(), table.columnNames(), from, row -> {
                if (row.number(column) >= least) {
                    consumer.accept(row);
                }
            });
        }
    }

    /** Whether no file belongs to the table: nothing was written yet, or all of it was removed. */
    public boolean isEmpty() {
        return !exists() || reader.isEmpty(snapshot());
    }

    /**
     * Shows the columns of every file that may hold rows for which the predicate holds; whether a row does, the
     * consumer looks itself. A table that does not exist has none.
     */
    public void scan(List<String> columns, Predicate predicate, Consumer<FilteredColumnarBatch> consumer) {
        if (exists()) {
            reader.scan(snapshot(), columns, predicate, consumer);
        }
    }

    /** The rows of a file that {@link #follow} has shown. */
    List<TableRow> rows(FileStatus file) {
        return reader.rows(file);
    }

    /** Follows the table's log from its present state on. The table may come into being later. */
    public LogFollower follow() {
        return new LogFollower(this, engine, hadoop);
    }

    /** The present state of a table by day. */
    public TableState state() {
        return new TableState(uri, engine, snapshot());
    }

    /** A Delta version of a table by day. @throws RuntimeException where its log does not reach back so far */
    public TableState state(long version) {
        return new TableState(
                uri, engine, TableManager.loadSnapshot(uri).atVersion(version).build(engine));
    }

    /** Whether a Delta version of a table by day can still be read: its log reaches back and its files are there. */
    public boolean isWhole(long version) {
        try {
            for (TableState.DayFile file : state(version).files()) {
                Path path = new Path(file.path());
                if (!path.getFileSystem(hadoop).exists(path)) {
                    return false;
                }
            }
            return true;
        } catch (KernelException e) {
            LOG.info("{}: version {} cannot be read any more: {}", uri, version, e.toString());
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + uri, e);
        }
    }

    /**
     * Deletes data files that none of these versions names, nor the present one.
     *
     * @param writtenBefore younger ones may belong to a commit that is still to come
     * @return how many were deleted
     */
    public int deleteAllBut(Collection<Long> versions, Instant writtenBefore) {
        Set<Long> kept = new HashSet<>(versions);
        kept.add(state().version());
        return UnnamedFiles.delete(this, kept, writtenBefore, hadoop);
    }

    Snapshot snapshot() {
        return TableManager.loadSnapshot(uri).build(engine);
    }
}
