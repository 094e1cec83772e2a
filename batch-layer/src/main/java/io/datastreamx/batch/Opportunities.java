package io.datastreamx.batch;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.spark.RollupAggregation;
import io.datastreamx.contract.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The table {@code ad_opportunities}: one row per request and day of its events, with all that followed on that day. A
 * request around midnight has a row on either day, so that a filter on the day misses none and counts none twice; what
 * is not said on the second day, such as the decision, is null there.
 */
final class Opportunities {
    private static final String[] KEYS = {Table.DAY, "request_id"};
    private static final List<String> FACT_KEYS = List.of(Rollup.MINUTE, "aggregator_id", "ad_id");
    private static final List<String> CONTEXT =
            Stream.concat(Stream.of("device"), Context.NAMES.stream()).toList();
    private static final List<String> DECISION = List.of(
            "status", "aggregator_id", "propensity", "explore", "snapshot_id", "policy_version", "model_version");

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

    /** @param events rows of the raw log that count */
    static Dataset<Row> of(Dataset<Row> events) {
        Dataset<Row> bound = events.where(boundToRequest());
        return attributes(bound).join(facts(bound), KEYS);
    }

    /** What a request's events add up to, by minute, aggregator and ad, as one array. */
    private static Dataset<Row> facts(Dataset<Row> bound) {
        List<Column> contributions = new ArrayList<>(List.of(
                col(Table.DAY),
                col("request_id"),
                date_trunc("minute", col(Rollup.COUNTED_TIME)).as(Rollup.MINUTE),
                col("aggregator_id"),
                col("ad_id")));
        contributions.addAll(RollupAggregation.contributionColumns());
        List<Column> sums = RollupAggregation.sums();
        Column[] keys = Stream.concat(Stream.of(KEYS), FACT_KEYS.stream())
                .map(name -> col(name))
                .toArray(Column[]::new);
        Dataset<Row> added = bound.select(contributions.toArray(Column[]::new))
                .groupBy(keys)
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
        List<Column> fact =
                new ArrayList<>(FACT_KEYS.stream().map(name -> col(name)).toList());
        for (String name : added.columns()) {
            if (!List.of(KEYS).contains(name) && !FACT_KEYS.contains(name)) {
                fact.add(coalesce(col(name), lit(0L)).as(name));
            }
        }
        return added.groupBy(Table.DAY, "request_id")
                .agg(array_sort(collect_list(struct(fact.toArray(Column[]::new))))
                        .as("facts"));
    }

    /**
     * What is said about the request itself: by its own event first, then by its decision, then by the earliest of the
     * rest.
     */
    private static Dataset<Row> attributes(Dataset<Row> bound) {
        Column isRequest = col("event_type").equalTo(EventType.AD_REQUEST.wireName());
        Column isDecision = col("event_type").equalTo(EventType.AD_DECISION.wireName());
        Column isFill = col("event_type")
                .equalTo(EventType.RESPONSE.wireName())
                .and(col("outcome").equalTo(ResponseOutcome.FILL.code()));
        Column rank = when(isRequest, 0).when(isDecision, 1).otherwise(2).as("rank");
        Dataset<Row> earliest = bound.groupBy(Table.DAY, "request_id")
                .agg(
                        min(earliest(rank, CONTEXT)).as("context"),
                        min(when(isRequest, earliest(lit(0).as("rank"), List.of("event_time"))))
                                .as("request"),
                        min(when(isDecision, earliest(lit(0).as("rank"), DECISION)))
                                .as("decision"),
                        min(when(isFill, earliest(lit(0).as("rank"), List.of("aggregator_id", "ad_id"))))
                                .as("fill"));
        List<Column> columns = new ArrayList<>(List.of(
                col(Table.DAY), col("request_id"), col("request.event_time").as("request_time")));
        CONTEXT.forEach(name -> columns.add(col("context." + name).as(name)));
        DECISION.forEach(name ->
                columns.add(col("decision." + name).as(name.equals("aggregator_id") ? "chosen_aggregator_id" : name)));
        columns.add(col("fill.aggregator_id").as("filled_aggregator_id"));
        columns.add(col("fill.ad_id").as("filled_ad_id"));
        return earliest.select(columns.toArray(Column[]::new));
    }

    /** A value whose minimum is the earliest record's. */
    private static Column earliest(Column rank, List<String> fields) {
        Stream<Column> position = Stream.of("append_time", "topic", "partition", "offset")
                .map(name -> col(name).as("_" + name));
        return struct(Stream.of(Stream.of(rank), position, fields.stream().map(name -> col(name)))
                .flatMap(columns -> columns)
                .toArray(Column[]::new));
    }
}
