package io.datastreamx.lake;

import io.datastreamx.contract.table.Table;
import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Operation;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.exceptions.ConcurrentTransactionException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
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
     * The log is followed by version, so it outlives any reader's absence of two days; checkpoints keep opening it
     * cheap.
     */
    private static final Map<String, String> PROPERTIES =
            Map.of("delta.checkpointInterval", "50", "delta.logRetentionDuration", "interval 2 days");

    private final Engine engine;
    private final Configuration hadoop;
    private final String uri;
    private final Table table;

    DeltaTable(Engine engine, Configuration hadoop, String uri, Table table) {
        this.engine = engine;
        this.hadoop = hadoop;
        this.uri = uri;
        this.table = table;
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
            TableManager.buildCreateTableTransaction(uri, KernelTypes.struct(table.columns()), WRITER)
                    .withTableProperties(PROPERTIES)
                    .build(engine)
                    .commit(engine, CloseableIterable.emptyIterable());
        } catch (TableAlreadyExistsException | io.delta.kernel.exceptions.ConcurrentWriteException e) {
            LOG.debug("{} was created by another process", uri);
        }
    }

    /** The latest version that the application committed; empty where it never did. */
    public OptionalLong latestTransaction(String appId) {
        return snapshot()
                .getLatestTransactionVersion(engine, appId)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
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
        return commit(appId, version, transaction -> write(transaction, new RowBatch(table, rows)));
    }

    /**
     * Adds Parquet files that lie below the table's folder, in one commit.
     *
     * @return false where this writer already committed this version or a later one; the files then are orphans
     */
    public boolean addFiles(String appId, long version, List<DataFileStatus> files) {
        return commit(appId, version, transaction -> files);
    }

    private interface FileWriter {
        List<DataFileStatus> write(Transaction transaction) throws IOException;
    }

    private boolean commit(String appId, long version, FileWriter writer) {
        Snapshot snapshot = snapshot();
        if (snapshot.getLatestTransactionVersion(engine, appId).orElse(-1L) >= version) {
            return false;
        }
        try {
            Transaction transaction = snapshot.buildUpdateTableTransaction(WRITER, Operation.WRITE)
                    .withTransactionId(appId, version)
                    .build(engine);
            Row state = transaction.getTransactionState(engine);
            DataWriteContext context = Transaction.getWriteContext(engine, state, Map.of());
            List<Row> actions = new ArrayList<>();
            try (CloseableIterator<Row> appended = Transaction.generateAppendActions(
                    engine,
                    state,
                    Utils.toCloseableIterator(writer.write(transaction).iterator()),
                    context)) {
                appended.forEachRemaining(actions::add);
            }
            TransactionCommitResult result = transaction.commit(
                    engine, CloseableIterable.inMemoryIterable(Utils.toCloseableIterator(actions.iterator())));
            result.getPostCommitHooks().forEach(this::run);
            return true;
        } catch (ConcurrentTransactionException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot append to " + uri + "; nothing of it is visible", e);
        }
    }

    private List<DataFileStatus> write(Transaction transaction, RowBatch rows) throws IOException {
        if (rows.getSize() == 0) {
            return List.of();
        }
        Row state = transaction.getTransactionState(engine);
        DataWriteContext context = Transaction.getWriteContext(engine, state, Map.of());
        CloseableIterator<FilteredColumnarBatch> data =
                Utils.singletonCloseableIterator(new FilteredColumnarBatch(rows, Optional.empty()));
        List<DataFileStatus> files = new ArrayList<>();
        try (CloseableIterator<FilteredColumnarBatch> physical =
                        Transaction.transformLogicalData(engine, state, data, Map.of());
                CloseableIterator<DataFileStatus> written = engine.getParquetHandler()
                        .writeParquetFiles(context.getTargetDirectory(), physical, context.getStatisticsColumns())) {
            written.forEachRemaining(files::add);
        }
        return files;
    }

    private void run(PostCommitHook hook) {
        try {
            hook.threadSafeInvoke(engine);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: {} after a commit failed; the commit stands: {}", uri, hook.getType(), e.toString());
        }
    }

    /**
     * All rows, by column name; times as {@code Instant}. For small flat tables. A table that does not exist has none.
     */
    public List<Map<String, Object>> rows() {
        List<Map<String, Object>> rows = new ArrayList<>();
        forEach(rows::add);
        return rows;
    }

    /**
     * Shows every row to the consumer, one after the other, so that tables with large values need not fit into memory.
     */
    public void forEach(Consumer<Map<String, Object>> consumer) {
        if (!exists()) {
            return;
        }
        Scan scan = snapshot().getScanBuilder().build();
        Row state = scan.getScanState(engine);
        StructType physical = ScanStateRow.getPhysicalDataReadSchema(state);
        try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
            while (batches.hasNext()) {
                try (CloseableIterator<Row> scanFiles = batches.next().getRows()) {
                    while (scanFiles.hasNext()) {
                        read(scanFiles.next(), state, physical, consumer);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + uri, e);
        }
    }

    private void read(Row scanFile, Row state, StructType physical, Consumer<Map<String, Object>> consumer)
            throws IOException {
        CloseableIterator<FileReadResult> results = engine.getParquetHandler()
                .readParquetFiles(
                        Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(scanFile)),
                        physical,
                        Optional.empty());
        try (CloseableIterator<FilteredColumnarBatch> data =
                Scan.transformPhysicalData(engine, state, scanFile, results.map(FileReadResult::getData))) {
            while (data.hasNext()) {
                try (CloseableIterator<Row> rows = data.next().getRows()) {
                    rows.forEachRemaining(row -> consumer.accept(RowBatch.toMap(row, table.columns())));
                }
            }
        }
    }

    /** Follows the table's log from its present state on. The table may come into being later. */
    public LogFollower follow() {
        return new LogFollower(this, engine, hadoop);
    }

    Snapshot snapshot() {
        return TableManager.loadSnapshot(uri).build(engine);
    }
}
