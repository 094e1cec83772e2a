package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Sums of many columns of whole numbers by a key of few values. Spark's own aggregation would compile code for all of
 * them anew for each table, which takes longer than adding.
 */
final class ColumnSums implements FlatMapFunction<Iterator<InternalRow>, ColumnSums.Sum> {
    private static final long serialVersionUID = 1L;
    private static final int KEY = 0;
    private static final int WEIGHT = 1;
    private static final int FIRST = 2;

    /** @param rows how many were added */
    record Sum(String key, long rows, long[] sums) implements Serializable {}

    private final int width;
    private final int nestedFrom;

    private ColumnSums(int width, int nestedFrom) {
        this.width = width;
        this.nestedFrom = nestedFrom;
    }

    /**
     * @param keys joined by a space
     * @param summed whole numbers; null counts as 0
     */
    static Map<String, Sum> of(Dataset<Row> rows, List<Column> keys, List<Column> summed) {
        return weighted(rows, keys, lit(1L), summed);
    }

    /** @param weight how many rows each row stands for */
    static Map<String, Sum> weighted(Dataset<Row> rows, List<Column> keys, Column weight, List<Column> summed) {
        List<Column> columns = new ArrayList<>(List.of(key(keys), weight.cast("long")));
        columns.addAll(summed);
        return collect(rows.select(columns.toArray(Column[]::new)), new ColumnSums(summed.size(), -1));
    }

    /**
     * Of the structs in an array.
     *
     * @param from the first of their fields that is summed; all behind it are
     * @param width how many are summed
     */
    static Map<String, Sum> nested(Dataset<Row> rows, List<Column> keys, String array, int from, int width) {
        return collect(rows.select(key(keys), lit(1L), col(array)), new ColumnSums(width, from));
    }

    private static Column key(List<Column> keys) {
        return concat_ws(" ", keys.toArray(Column[]::new));
    }

    /** @throws ArithmeticException where a sum passes 2^63 */
    private static Map<String, Sum> collect(Dataset<Row> rows, ColumnSums sums) {
        Map<String, Sum> total = new HashMap<>();
        for (Sum part :
                rows.queryExecution().toRdd().toJavaRDD().mapPartitions(sums).collect()) {
            total.merge(part.key, part, (one, other) -> {
                for (int i = 0; i < one.sums.length; i++) {
                    one.sums[i] = Math.addExact(one.sums[i], other.sums[i]);
                }
                return new Sum(one.key, one.rows + other.rows, one.sums);
            });
        }
        return total;
    }

    @Override
    public Iterator<Sum> call(Iterator<InternalRow> rows) {
        Map<UTF8String, long[]> sums = new HashMap<>();
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            UTF8String key = row.getUTF8String(KEY);
            long[] sum = sums.get(key);
            if (sum == null) {
                // The last one counts the rows.
                sum = new long[width + 1];
                sums.put(key.copy(), sum);
            }
            long weight = row.getLong(WEIGHT);
            sum[width] += weight;
            if (nestedFrom < 0) {
                add(sum, row, FIRST, weight);
            } else {
                ArrayData array = row.getArray(FIRST);
                for (int i = 0; i < array.numElements(); i++) {
                    add(sum, array.getStruct(i, nestedFrom + width), nestedFrom, weight);
                }
            }
        }
        List<Sum> all = new ArrayList<>();
        sums.forEach((key, sum) -> all.add(new Sum(key.toString(), sum[width], Arrays.copyOf(sum, width))));
        return all.iterator();
    }

    private void add(long[] sum, InternalRow row, int from, long weight) {
        for (int i = 0; i < width; i++) {
            if (!row.isNullAt(from + i)) {
                sum[i] = Math.addExact(sum[i], Math.multiplyExact(row.getLong(from + i), weight));
            }
        }
    }
}
