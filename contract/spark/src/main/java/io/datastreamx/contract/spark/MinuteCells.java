package io.datastreamx.contract.spark;

import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.measure.RollupCells;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Rows of the raw log, sorted by minute, to rows of the rollups. Each row touches a few cells and of these a few sums;
 * Spark's own aggregation would compute all sums of all rollups for each. No more than one minute's cells are held.
 */
final class MinuteCells implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
    private static final long serialVersionUID = 1L;
    private static final long MICROS_PER_MINUTE = 60_000_000;

    private final List<String> columns;

    /** @param columns of the rows: the minute since the epoch first, the device second, then what measures read */
    MinuteCells(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    @Override
    public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
        return new Cells(rows, columns);
    }

    private static final class Cells implements Iterator<InternalRow> {
        private final Iterator<InternalRow> rows;
        private final LogRow event;
        private final RollupCells cells = new RollupCells();
        private final Queue<InternalRow> complete = new ArrayDeque<>();
        private final String[] dimensions = new String[Rollup.DIMENSIONS.size()];
        private long minute;

        Cells(Iterator<InternalRow> rows, List<String> columns) {
            this.rows = rows;
            this.event = new LogRow(columns);
        }

        @Override
        public boolean hasNext() {
            while (complete.isEmpty() && rows.hasNext()) {
                InternalRow row = rows.next();
                if (cells.size() > 0 && row.getLong(0) != minute) {
                    drain();
                }
                minute = row.getLong(0);
                add(row);
            }
            if (complete.isEmpty() && cells.size() > 0) {
                drain();
            }
            return !complete.isEmpty();
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return complete.remove();
        }

        private void add(InternalRow row) {
            event.show(row);
            for (int i = 0; i < dimensions.length; i++) {
                dimensions[i] = event.text(Rollup.DIMENSIONS.get(i));
            }
            cells.add(event, dimensions, minute, row.getUTF8String(1).toString());
        }

        private void drain() {
            cells.drainTo((rollup, at, values, sums, devices) -> complete.add(row(rollup, at, values, sums, devices)));
        }

        /** In the order of the table's columns. */
        private static InternalRow row(
                Rollup rollup, long minute, String[] dimensions, MeasureSums sums, byte[] devices) {
            int width = 2 + dimensions.length + MeasureSums.columns().size() + 1;
            Object[] values = new Object[width];
            values[0] = UTF8String.fromString(rollup.id());
            values[1] = minute * MICROS_PER_MINUTE;
            int place = 2;
            for (String dimension : dimensions) {
                values[place++] = UTF8String.fromString(dimension);
            }
            for (int sum = 0; sum < MeasureSums.columns().size(); sum++) {
                values[place++] = sums.get(sum);
            }
            values[place] = devices;
            return new GenericInternalRow(values);
        }
    }
}
