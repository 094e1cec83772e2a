package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftleft;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.xxhash64;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.spark.LogRow;
import io.datastreamx.contract.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The table {@code ad_opportunities}: one row per request and day of its events, with all that followed on that day. A
 * request around midnight has a row on either day, so that a filter on the day misses none and counts none twice; what
 * is not said on the second day, such as the decision, is null there.
 */
final class Opportunities {
    private static final String PLACE = "place";
    /** Bits of a place that come from the request; those above them are its day. */
    private static final int REQUEST_BITS = 40;

    private Opportunities() {}

    /**
     * Whether a row of the raw log belongs to a request and carries its context: requests, decisions and what
     * aggregators and boxes answered.
     */
    static Column boundToRequest() {
        Set<Topic> topics = Set.of(Topic.AD_REQUESTS, Topic.AD_DECISIONS, Topic.AD_EVENTS);
        return col("event_type")
                .isin(Arrays.stream(EventType.values())
                        .filter(type -> topics.contains(type.topic()))
                        .map(EventType::wireName)
                        .toArray());
    }

    /**
     * Sorted by one number only, the day and then some bits of the request, which Spark does by radix.
     *
     * @param events rows of the raw log that count
     * @return those of one day lie together in each partition
     */
    static JavaRDD<DayFileWriter.DayRow> of(Dataset<Row> events) {
        List<Column> columns = new ArrayList<>(List.of(
                shiftleft(unix_date(col(Table.DAY)).cast("long"), REQUEST_BITS)
                        .bitwiseOR(xxhash64(col("request_id")).bitwiseAND(lit((1L << REQUEST_BITS) - 1)))
                        .as(PLACE),
                unix_date(col(Table.DAY)).as(Table.DAY),
                unix_micros(col(Rollup.COUNTED_TIME)).as(Rollup.COUNTED_TIME)));
        List<String> names = new ArrayList<>(List.of(PLACE, Table.DAY, Rollup.COUNTED_TIME));
        Stream.of(
                        Stream.of("request_id", "append_time", "topic", "partition", "offset"),
                        LogRow.READ.stream(),
                        Stream.of("event_time", "device", "aggregator_id", "ad_id", "reason"),
                        Context.NAMES.stream(),
                        OpportunityRows.DECISION.stream())
                .flatMap(each -> each)
                .distinct()
                .forEach(name -> {
                    columns.add(col(name));
                    names.add(name);
                });
        return events.where(boundToRequest())
                .select(columns.toArray(Column[]::new))
                .repartition(col(PLACE))
                .sortWithinPartitions(PLACE)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(new OpportunityRows(names));
    }
}
