package io.datastreamx.contract.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Table;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Rows of the rollups to rows of a coarser grain: sums add up, sketches unite. Of each combination of dimensions they
 * are united in the order of time, since the bytes of a sketch depend on it. So equal rows make equal ones.
 */
public final class RollupCoarsening {
    /** The start of the finer interval. */
    private static final String TIME = "time";

    private RollupCoarsening() {}

    /**
     * @param rows of the table's columns and a finer grain. What is to be kept by the day must come by the hour, or the
     *     sketches of a day that was kept by the hour before would differ from those of one that was not
     * @return rows with the columns of {@code Table.BATCH_ROLLUPS} in their order, sorted by time in each partition
     */
    public static Dataset<Row> to(Grain grain, Dataset<Row> rows) {
        Column start = date_trunc(grain.id(), col(Rollup.MINUTE));
        Column[] selected = Table.BATCH_ROLLUPS.columnNames().stream()
                .map(name -> name.equals(Rollup.MINUTE) ? start.as(name) : col(name))
                .toArray(Column[]::new);
        List<Column> key = Stream.concat(Stream.of(Rollup.MINUTE, Rollup.COLUMN), Rollup.DIMENSIONS.stream())
                .map(functions::col)
                .toList();
        List<Column> order = new ArrayList<>(key);
        order.add(col(TIME));
        Dataset<Row> byKey = rows.withColumn(TIME, col(Rollup.MINUTE))
                .select(Stream.concat(Stream.of(selected), Stream.of(col(TIME))).toArray(Column[]::new))
                .repartition(key.toArray(Column[]::new))
                .sortWithinPartitions(order.toArray(Column[]::new));
        JavaRDD<InternalRow> united = byKey.queryExecution().toRdd().toJavaRDD().mapPartitions(new Unite());
        return ((SparkSession) rows.sparkSession())
                .internalCreateDataFrame(united.rdd(), SparkSchemas.of(Table.BATCH_ROLLUPS), false);
    }

    /** Neighbours with one key to one row; in the order of the table's columns. */
    private static final class Unite implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
        private static final long serialVersionUID = 1L;

        @Override
        public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
            return new United(rows);
        }
    }

    private static final class United implements Iterator<InternalRow> {
        private static final int START = 1;
        private static final int FIRST_SUM = 2 + Rollup.DIMENSIONS.size();
        private static final int DEVICES = FIRST_SUM + MeasureSums.columns().size();

        private final Iterator<InternalRow> rows;
        /** Of the first row that is not united yet; null after the last. */
        private Object[] first;

        United(Iterator<InternalRow> rows) {
            this.rows = rows;
            this.first = rows.hasNext() ? values(rows.next()) : null;
        }

        @Override
        public boolean hasNext() {
            return first != null;
        }

        @Override
        public InternalRow next() {
            if (first == null) {
                throw new NoSuchElementException();
            }
            Object[] united = first;
            DeviceSketch devices = new DeviceSketch();
            devices.add((byte[]) united[DEVICES]);
            first = null;
            while (first == null && rows.hasNext()) {
                InternalRow row = rows.next();
                if (hasKey(row, united)) {
                    addSums(row, united);
                    devices.add(devices(row));
                } else {
                    first = values(row);
                }
            }
            united[DEVICES] = devices.toBytes();
            return new GenericInternalRow(united);
        }

        private static boolean hasKey(InternalRow row, Object[] values) {
            for (int i = 0; i < FIRST_SUM; i++) {
                if (i != START && !Objects.equals(text(row, i), values[i])) {
                    return false;
                }
            }
            return values[START].equals(row.getLong(START));
        }

        private static void addSums(InternalRow row, Object[] values) {
            for (int i = FIRST_SUM; i < DEVICES; i++) {
                try {
                    values[i] = Math.addExact((Long) values[i], row.getLong(i));
                } catch (ArithmeticException e) {
                    throw new ArithmeticException(
                            "the sum of " + MeasureSums.columns().get(i - FIRST_SUM) + " passes 2^63");
                }
            }
        }

        private static Object[] values(InternalRow row) {
            Object[] values = new Object[DEVICES + 1];
            for (int i = 0; i < FIRST_SUM; i++) {
                UTF8String text = i == START ? null : text(row, i);
                values[i] = text == null ? null : text.copy();
            }
            values[START] = row.getLong(START);
            for (int i = FIRST_SUM; i < DEVICES; i++) {
                values[i] = row.getLong(i);
            }
            values[DEVICES] = devices(row);
            return values;
        }

        private static UTF8String text(InternalRow row, int place) {
            return row.isNullAt(place) ? null : row.getUTF8String(place);
        }

        private static byte[] devices(InternalRow row) {
            return row.isNullAt(DEVICES) ? null : row.getBinary(DEVICES);
        }
    }
}
