package io.datastreamx.contract.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.unix_micros;

import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Table;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.SparkSession;

/**
 * Events to rows of the rollups, by the same {@link io.datastreamx.contract.measure.RollupCells cells} as in ingest, so
 * that the two cannot drift apart; and measures as Spark columns, for those who sum otherwise. A law test holds the two
 * equal.
 */
public final class RollupAggregation {
    private static final long MICROS_PER_MINUTE = 60_000_000;

    private RollupAggregation() {}

    /**
     * @param events rows of the raw log that count (duplicates already removed)
     * @return rows with the columns of {@code Table.BATCH_ROLLUPS} in their order, one per rollup, minute and
     *     combination of its dimensions. Equal events make equal rows, sketches included, however they are spread
     */
    public static Dataset<Row> aggregate(Dataset<Row> events) {
        return ((SparkSession) events.sparkSession())
                .internalCreateDataFrame(rows(events).rdd(), SparkSchemas.of(Table.BATCH_ROLLUPS), false);
    }

    /** The same as Spark holds them; in each partition the rows of a minute lie together, and minutes are in order. */
    public static JavaRDD<InternalRow> rows(Dataset<Row> events) {
        List<String> columns = new ArrayList<>(List.of(Rollup.MINUTE, "device"));
        columns.addAll(LogRow.READ);
        columns.addAll(Rollup.DIMENSIONS);
        Column[] selected = columns.stream()
                .map(name -> name.equals(Rollup.MINUTE)
                        ? floor(unix_micros(col(Rollup.COUNTED_TIME)).divide(MICROS_PER_MINUTE))
                                .cast("long")
                                .as(name)
                        : col(name))
                .toArray(Column[]::new);
        // Sorted by one number only, which Spark does by radix.
        return events.where(not(expr(Rollup.EXCLUDED_EVENTS)))
                .select(selected)
                .repartition(col(Rollup.MINUTE))
                .sortWithinPartitions(Rollup.MINUTE)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(new MinuteCells(columns));
    }

    /** What every event adds to every sum, as columns over a row of the raw log, each under its measure's name. */
    public static List<Column> contributionColumns() {
        return contributions().stream()
                .map(measure -> expr(measure.sql()).cast("long").as(measure.column()))
                .toList();
    }

    private record Contribution(String column, String sql) {}

    private static List<Contribution> contributions() {
        List<Contribution> all = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            all.add(new Contribution(measure.column(), measure.contribution()));
        }
        for (LatencyHistogram.Bucket bucket : LatencyHistogram.buckets()) {
            all.add(new Contribution(bucket.column(), bucket.contribution()));
        }
        return all;
    }
}
