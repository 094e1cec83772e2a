package io.datastreamx.contract.spark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.hll_sketch_agg;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Events to rows of the rollups. The one place where measures become Spark columns: ingest calls it on a micro-batch,
 * the rebuild on the whole log, and so the two cannot drift apart.
 */
public final class RollupAggregation {
    private RollupAggregation() {}

    /**
     * @param events rows of the raw log that count (duplicates already removed)
     * @return rows with the columns of {@code Table.BATCH_ROLLUPS}, one per rollup, minute and combination of its
     *     dimensions
     */
    public static Dataset<Row> aggregate(Dataset<Row> events) {
        List<Column> input = new ArrayList<>();
        input.add(explode(array(Arrays.stream(Rollup.values())
                        .map(RollupAggregation::keyOf)
                        .toArray(Column[]::new)))
                .as("key"));
        input.add(date_trunc("minute", col(Rollup.COUNTED_TIME)).as(Rollup.MINUTE));
        input.add(col("device"));
        input.addAll(contributionColumns());
        List<Column> keys = new ArrayList<>();
        keys.add(col("key." + Rollup.COLUMN));
        keys.add(col(Rollup.MINUTE));
        Rollup.DIMENSIONS.forEach(dimension -> keys.add(col("key." + dimension)));
        List<Column> sums = new ArrayList<>(sums());
        sums.add(hll_sketch_agg(col("device"), DeviceSketch.LG_K).as(DeviceSketch.COLUMN));
        return events.where(not(expr(Rollup.EXCLUDED_EVENTS)))
                .select(input.toArray(Column[]::new))
                .groupBy(keys.toArray(Column[]::new))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    }

    /** What every event adds to every sum, as columns over a row of the raw log, each under its measure's name. */
    public static List<Column> contributionColumns() {
        return contributions().stream()
                .map(measure -> expr(measure.sql()).cast("long").as(measure.column()))
                .toList();
    }

    /** The sums over those columns, under the same names. */
    public static List<Column> sums() {
        return contributions().stream()
                .map(measure -> sum(col(measure.column())).as(measure.column()))
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

    private static Column keyOf(Rollup rollup) {
        List<Column> fields = new ArrayList<>();
        fields.add(lit(rollup.id()).as(Rollup.COLUMN));
        for (String dimension : Rollup.DIMENSIONS) {
            Column value = rollup.dimensions().contains(dimension)
                    ? col(dimension)
                    : lit(null).cast("string");
            fields.add(value.as(dimension));
        }
        return struct(fields.toArray(Column[]::new));
    }
}
