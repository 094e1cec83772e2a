package io.datastreamx.lake;

import io.datastreamx.contract.table.Table;
import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a state of one Delta table through Delta Kernel, a file after the other. */
final class TableReader {
    private final Engine engine;
    private final String uri;
    private final Table table;

    TableReader(Engine engine, String uri, Table table) {
        this.engine = engine;
        this.uri = uri;
        this.table = table;
    }

    void forEach(Snapshot snapshot, Consumer<TableRow> consumer) {
        scan(snapshot.getScanBuilder().build(), batch -> show(table.columnNames(), batch, consumer));
    }

    /** Shows rows for which the predicate does not hold too, as far as their files were not left out. */
    void forEach(Snapshot snapshot, List<String> columns, Predicate predicate, Consumer<TableRow> consumer) {
        scan(snapshot, columns, predicate, batch -> show(columns, batch, consumer));
    }

    void scan(Snapshot snapshot, List<String> columns, Predicate predicate, Consumer<FilteredColumnarBatch> consumer) {
        StructType wanted = new StructType(
                columns.stream().map(KernelTypes.struct(table.columns())::get).toList());
        scan(
                snapshot.getScanBuilder()
                        .withReadSchema(wanted)
                        .withFilter(predicate)
                        .build(),
                consumer);
    }

    /** Whether no file belongs to the table. */
    boolean isEmpty(Snapshot snapshot) {
        try (CloseableIterator<FilteredColumnarBatch> batches =
                snapshot.getScanBuilder().build().getScanFiles(engine)) {
            while (batches.hasNext()) {
                try (CloseableIterator<Row> files = batches.next().getRows()) {
                    if (files.hasNext()) {
                        return false;
                    }
                }
            }
            return true;
        } catch (IOException e) {
            throw cannotRead(uri, e);
        }
    }

    /** All rows of one file. */
    List<TableRow> rows(FileStatus file) {
        List<TableRow> rows = new ArrayList<>();
        try (CloseableIterator<ColumnarBatch> data = parquet(file, KernelTypes.struct(table.columns()))) {
            while (data.hasNext()) {
                show(table.columnNames(), new FilteredColumnarBatch(data.next(), Optional.empty()), rows::add);
            }
        } catch (IOException e) {
            throw cannotRead(file.getPath(), e);
        }
        return rows;
    }

    private void scan(Scan scan, Consumer<FilteredColumnarBatch> consumer) {
        Row state = scan.getScanState(engine);
        StructType physical = ScanStateRow.getPhysicalDataReadSchema(state);
        try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
            while (batches.hasNext()) {
                try (CloseableIterator<Row> files = batches.next().getRows()) {
                    while (files.hasNext()) {
                        scan(files.next(), state, physical, consumer);
                    }
                }
            }
        } catch (IOException e) {
            throw cannotRead(uri, e);
        }
    }

    private void scan(Row file, Row state, StructType physical, Consumer<FilteredColumnarBatch> consumer)
            throws IOException {
        try (CloseableIterator<FilteredColumnarBatch> data = Scan.transformPhysicalData(
                engine, state, file, parquet(InternalScanFileUtils.getAddFileStatus(file), physical))) {
            data.forEachRemaining(consumer);
        }
    }

    private CloseableIterator<ColumnarBatch> parquet(FileStatus file, StructType columns) throws IOException {
        return engine.getParquetHandler()
                .readParquetFiles(Utils.singletonCloseableIterator(file), columns, Optional.empty())
                .map(FileReadResult::getData);
    }

    private void show(List<String> columns, FilteredColumnarBatch batch, Consumer<TableRow> consumer) {
        RowReader reader = new RowReader(
                table,
                table.columns().stream()
                        .filter(column -> columns.contains(column.name()))
                        .toList(),
                batch.getData().getSchema());
        try (CloseableIterator<Row> rows = batch.getRows()) {
            rows.forEachRemaining(row -> consumer.accept(reader.read(row)));
        } catch (IOException e) {
            throw cannotRead(uri, e);
        }
    }

    private static UncheckedIOException cannotRead(String what, IOException e) {
        return new UncheckedIOException("cannot read " + what, e);
    }
}
