package io.datastreamx.batch;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.xxhash64;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * The events that a night counts: accepted by complete ingest batches up to the cut, without late duplicates. Of
 * records with one identity whose event times lie within the reach of each other the earliest by append time, topic,
 * partition and offset counts.
 *
 * @param rows rows of the raw log
 * @param lateDuplicates accepted events that do not count, because ingest had forgotten the earlier one
 */
record CountedEvents(Dataset<Row> rows, long lateDuplicates) {
    private static final String[] POSITION = {"topic", "partition", "offset"};

    /** @param reach how many days around its own event time an earlier event is looked for */
    static CountedEvents upTo(SparkSession spark, Lake lake, long cut, Duration reach) {
        Dataset<Row> accepted = accepted(spark, lake, cut);
        Dataset<Row> late = lateDuplicates(accepted, reach).persist();
        long count = late.count();
        if (count == 0) {
            late.unpersist();
            return new CountedEvents(accepted, 0);
        }
        return new CountedEvents(accepted.join(broadcast(late), POSITION, "left_anti"), count);
    }

    private static Dataset<Row> accepted(SparkSession spark, Lake lake, long cut) {
        List<Long> complete = new Ledger(lake)
                .entries().stream()
                        .map(LedgerEntry::batch)
                        .filter(batch -> batch <= cut)
                        .toList();
        Dataset<Row> batches = spark.createDataset(complete, Encoders.LONG()).toDF("ingest_batch");
        return spark.read()
                .format("delta")
                .load(lake.uri(Table.EVENTS))
                .where(col("ingest_batch").leq(cut).and(col("duplicate").equalTo(false)))
                .join(broadcast(batches), new String[] {"ingest_batch"}, "left_semi");
    }

    /**
     * Positions of all that repeat an earlier event. Only identities that occur twice are looked at closely, so the log
     * is not sorted by identity.
     */
    private static Dataset<Row> lateDuplicates(Dataset<Row> accepted, Duration reach) {
        Dataset<Row> suspects = accepted.select(xxhash64(col(Table.IDENTITY)).as("hash"))
                .groupBy("hash")
                .agg(count(lit(1)).as("seen"))
                .where(col("seen").gt(1))
                .select("hash");
        Column position = struct(col("append_time"), col("topic"), col("partition"), col("offset"));
        Column first = min(position)
                .over(Window.partitionBy(Table.IDENTITY).orderBy("day").rangeBetween(-reach.toDays(), reach.toDays()));
        return accepted.select(
                        xxhash64(col(Table.IDENTITY)).as("hash"),
                        col(Table.IDENTITY),
                        unix_date(to_date(col("event_time"))).cast("long").as("day"),
                        col("append_time"),
                        col("topic"),
                        col("partition"),
                        col("offset"))
                .join(broadcast(suspects), new String[] {"hash"}, "left_semi")
                .withColumn("first", first)
                .where(col("first").lt(position))
                .select("topic", "partition", "offset");
    }
}
