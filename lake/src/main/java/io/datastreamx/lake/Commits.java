package io.datastreamx.lake;

import io.datastreamx.contract.table.Table;
import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits to one Delta table: what they say of files, and what follows them. */
final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    private final Engine engine;
    private final Configuration hadoop;
    private final String uri;

    Commits(Engine engine, Configuration hadoop, String uri) {
        this.engine = engine;
        this.hadoop = hadoop;
        this.uri = uri;
    }

    /** Writes what a commit will name. */
    interface FileWriter {
        List<NewFile> write(Transaction transaction) throws IOException;
    }

    /**
     * Commits new files.
     *
     * @return the state after it, where the commit did not have to give way to another's; empty where the state must be
     *     read anew
     */
    Optional<Snapshot> add(Transaction transaction, FileWriter writer) {
        try {
            return commit(transaction, additions(transaction, writer.write(transaction)))
                    .state();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot append to " + uri + "; nothing of it is visible", e);
        }
    }

    /**
     * Commits files in place of others.
     *
     * @param returning files that an earlier commit named
     * @return the Delta version that it made
     */
    long replace(Transaction transaction, List<AddFile> removed, List<AddFile> returning, List<NewFile> written) {
        Optional<Long> now = Optional.of(System.currentTimeMillis());
        List<Row> actions = new ArrayList<>();
        removed.forEach(
                file -> actions.add(SingleAction.createRemoveFileSingleAction(file.toRemoveFileRow(true, now))));
        returning.forEach(file -> actions.add(SingleAction.createAddFileSingleAction(file.toRow())));
        try {
            actions.addAll(additions(transaction, written));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot replace days of " + uri + "; nothing of it is visible", e);
        }
        return commit(transaction, actions).version();
    }

    private List<Row> additions(Transaction transaction, List<NewFile> files) throws IOException {
        Map<Optional<LocalDate>, List<DataFileStatus>> byDay = files.stream()
                .collect(Collectors.groupingBy(NewFile::day, Collectors.mapping(NewFile::status, Collectors.toList())));
        List<Row> actions = new ArrayList<>();
        for (Map.Entry<Optional<LocalDate>, List<DataFileStatus>> day : byDay.entrySet()) {
            Row state = transaction.getTransactionState(engine);
            DataWriteContext context = Transaction.getWriteContext(engine, state, partition(day.getKey()));
            try (CloseableIterator<Row> appended = Transaction.generateAppendActions(
                    engine, state, Utils.toCloseableIterator(day.getValue().iterator()), context)) {
                appended.forEachRemaining(actions::add);
            }
        }
        return actions;
    }

    /** @param state as it is then; empty where it must be read anew */
    private record Committed(long version, Optional<Snapshot> state) {}

    private Committed commit(Transaction transaction, List<Row> actions) {
        TransactionCommitResult result = transaction.commit(
                engine, CloseableIterable.inMemoryIterable(Utils.toCloseableIterator(actions.iterator())));
        // Checksums would be made from the whole log at each commit, and nobody here reads them.
        List<PostCommitHook> checkpoints = result.getPostCommitHooks().stream()
                .filter(hook -> hook.getType() == PostCommitHook.PostCommitHookType.CHECKPOINT)
                .toList();
        checkpoints.forEach(this::checkpoint);
        // What stands in a checkpoint need not be carried along as commits.
        return new Committed(
                result.getVersion(), checkpoints.isEmpty() ? result.getPostCommitSnapshot() : Optional.empty());
    }

    private static Map<String, Literal> partition(Optional<LocalDate> day) {
        return day.map(date -> Map.of(Table.DAY, Literal.ofDate((int) date.toEpochDay())))
                .orElse(Map.of());
    }

    /** Writes rows below the table's folder; no commit names them yet. */
    List<NewFile> write(Transaction transaction, Optional<LocalDate> day, RowBatch rows) throws IOException {
        Row state = transaction.getTransactionState(engine);
        DataWriteContext context = Transaction.getWriteContext(engine, state, partition(day));
        CloseableIterator<FilteredColumnarBatch> data =
                Utils.singletonCloseableIterator(new FilteredColumnarBatch(rows, Optional.empty()));
        // Kernel gives the folder as an encoded URI and takes it as a path, in which %20 is not a space.
        String folder = new Path(URI.create(context.getTargetDirectory())).toString();
        List<NewFile> files = new ArrayList<>();
        try (CloseableIterator<FilteredColumnarBatch> physical =
                        day.isPresent() ? data : Transaction.transformLogicalData(engine, state, data, Map.of());
                CloseableIterator<DataFileStatus> written = engine.getParquetHandler()
                        .writeParquetFiles(folder, physical, context.getStatisticsColumns())) {
            written.forEachRemaining(file -> files.add(new NewFile(day, file)));
        }
        return files;
    }

    private void checkpoint(PostCommitHook hook) {
        try {
            hook.threadSafeInvoke(engine);
            LogCleanup.run(uri, hadoop);
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: {} after a commit failed; the commit stands: {}", uri, hook.getType(), e.toString());
        }
    }
}
