package io.datastreamx.batch;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.xxhash64;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import java.sql.Date;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The events that a night counts: accepted by complete ingest batches up to the cut, without late duplicates. Of
 * records with one identity that count on days within the reach of each other the earliest by append time, topic,
 * partition and offset counts. So what a day counts follows from the days around it alone.
 *
 * @param accepted rows of the raw log on some days, flagged duplicates left out
 * @param late positions of those that do not count, because ingest had forgotten the earlier one, with their day
 */
record CountedEvents(Dataset<Row> accepted, Dataset<Row> late) {
    private static final String[] POSITION = {"topic", "partition", "offset"};
    private static final String DISPLACED_BY = "displaced_by";
    private static final StructType LATE = new StructType()
            .add(Table.DAY, DataTypes.DateType)
            .add("topic", DataTypes.StringType)
            .add("partition", DataTypes.IntegerType)
            .add("offset", DataTypes.LongType)
            .add(DISPLACED_BY, DataTypes.LongType);

    /** @param lateDuplicates rows of that table, as a version has found them */
    static CountedEvents known(
            SparkSession spark, Lake lake, long cut, Collection<LocalDate> days, Dataset<Row> lateDuplicates) {
        return new CountedEvents(accepted(spark, lake, cut).where(Days.in(days)), lateDuplicates.where(Days.in(days)));
    }

    /**
     * Looks for late duplicates on the days and, as far as an event of a batch after {@code base} makes them so, on the
     * days around.
     *
     * @param reach how many days around its own an earlier event is looked for
     */
    static CountedEvents found(
            SparkSession spark, Lake lake, long cut, Collection<LocalDate> days, long base, Duration reach) {
        Dataset<Row> accepted = accepted(spark, lake, cut);
        Dataset<Row> late = lateDuplicates(accepted.where(Days.in(Days.around(days, reach))), reach)
                .where(Days.in(days).or(col(DISPLACED_BY).gt(base)))
                .persist();
        return new CountedEvents(accepted.where(Days.in(days)), late);
    }

    /** The days of late duplicates. */
    SortedSet<LocalDate> lateDays() {
        SortedSet<LocalDate> days = new TreeSet<>();
        late.select(Table.DAY)
                .distinct()
                .collectAsList()
                .forEach(row -> days.add(row.<Date>getAs(0).toLocalDate()));
        return days;
    }

    /** What counts. */
    Dataset<Row> rows() {
        return late.isEmpty() ? accepted : accepted.join(broadcast(late.select(positions())), POSITION, "left_anti");
    }

    private static Column[] positions() {
        return new Column[] {col("topic"), col("partition"), col("offset")};
    }

    private static Dataset<Row> accepted(SparkSession spark, Lake lake, long cut) {
        Dataset<Row> accepted = NamedFiles.read(
                        spark, Table.EVENTS, lake.table(Table.EVENTS).state())
                .where(col("ingest_batch").leq(cut).and(col("duplicate").equalTo(false)));
        for (Ledger.Batches gap : new Ledger(lake).incompleteUpTo(cut)) {
            accepted = accepted.where(not(col("ingest_batch").between(gap.first(), gap.last())));
        }
        return accepted;
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
                .select("hash")
                .persist();
        if (suspects.isEmpty()) {
            suspects.unpersist();
            return accepted.sparkSession().createDataFrame(List.of(), LATE);
        }
        Column position =
                struct(col("append_time"), col("topic"), col("partition"), col("offset"), col("ingest_batch"));
        Column first = min(position)
                .over(Window.partitionBy(Table.IDENTITY)
                        .orderBy("day_number")
                        .rangeBetween(-reach.toDays(), reach.toDays()));
        return accepted.select(
                        xxhash64(col(Table.IDENTITY)).as("hash"),
                        col(Table.IDENTITY),
                        col(Table.DAY),
                        unix_date(col(Table.DAY)).cast("long").as("day_number"),
                        col("append_time"),
                        col("topic"),
                        col("partition"),
                        col("offset"),
                        col("ingest_batch"))
                .join(broadcast(suspects), new String[] {"hash"}, "left_semi")
                .withColumn("first", first)
                .where(col("first").lt(position))
                .select(
                        col(Table.DAY),
                        col("topic"),
                        col("partition"),
                        col("offset"),
                        col("first.ingest_batch").as(DISPLACED_BY));
    }
}
