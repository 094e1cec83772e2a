package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import io.datastreamx.contract.event.Coded;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.log.Odds;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * One row for each routed decision with all that followed: all that learning and judging read. The columns are those of
 * {@link DecisionRow}, the context's fields among them.
 */
public final class DecisionLog {
    private static final StructType ODDS =
            new StructType().add("aggregator_id", DataTypes.StringType).add("propensity", DataTypes.DoubleType);
    private static final StructType ATTEMPT = new StructType()
            .add("aggregator_id", DataTypes.StringType)
            .add("position", DataTypes.IntegerType)
            .add("outcome", DataTypes.StringType)
            .add("latency_ms", DataTypes.LongType)
            .add("price_micros", DataTypes.LongType);
    /** Of the rows that {@link #ofRows} takes. */
    public static final StructType SCHEMA = schema();

    /** Time to answer of decisions from before they said it. */
    private static final long UNKNOWN_TMAX_MS = 1_000;

    private static final List<String> NEVER_NULL = List.of(
            "request_id",
            Context.CHANNEL_ID,
            Context.REGION,
            Context.DEVICE_MODEL,
            "request_time",
            "arrival_time",
            "decided_at",
            "logged_at",
            "tmax_ms",
            "bid_floor_micros",
            "ranked",
            "order",
            "policy_version",
            "attempts");

    private final Dataset<Row> rows;

    private DecisionLog(Dataset<Row> rows) {
        this.rows = rows;
    }

    /**
     * Rows of this class's own form.
     *
     * @throws LogRefused naming a column that is missing or of another type
     */
    public static DecisionLog ofRows(Dataset<Row> rows) {
        for (StructField field : SCHEMA.fields()) {
            StructField found = Arrays.stream(rows.schema().fields())
                    .filter(other -> other.name().equals(field.name()))
                    .findFirst()
                    .orElseThrow(() -> new LogRefused(
                            field.name(), "it is missing; the log has " + String.join(", ", rows.columns())));
            if (!DataType.equalsIgnoreNullability(field.dataType(), found.dataType())) {
                throw new LogRefused(
                        field.name(),
                        "it is " + found.dataType().catalogString() + ", not "
                                + field.dataType().catalogString());
            }
        }
        return new DecisionLog(rows.select(Arrays.stream(SCHEMA.fieldNames())
                .map(name -> col("`" + name + "`"))
                .toArray(Column[]::new)));
    }

    /** The same of decisions that lie in memory, as a lab makes them. */
    public static DecisionLog ofDecisions(SparkSession spark, List<DecisionRow> decisions) {
        List<Row> rows = decisions.stream().map(DecisionLog::row).toList();
        return ofRows(spark.createDataFrame(
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows), SCHEMA));
    }

    /**
     * Joins the decisions of the raw log with their answers and the ends of their ads. A decision without any answer is
     * a row like the others.
     *
     * @param events rows of the raw log that count
     */
    public static DecisionLog of(Dataset<Row> events) {
        boolean ordered = Arrays.asList(events.columns()).contains("order");
        Column asked = expr(ordered ? "`order`" : "CAST(NULL AS " + new ArrayType(ODDS, true).catalogString() + ")");
        Dataset<Row> decisions = of(events, EventType.AD_DECISION)
                .where(col("status").equalTo(DecisionStatus.ROUTED.code()))
                .withColumn("asked", asked)
                .selectExpr(withContext(
                        "request_id",
                        "request_time",
                        "coalesce(arrival_time, request_time) AS arrival_time",
                        "event_time AS decided_at",
                        "append_time AS logged_at",
                        "coalesce(tmax_ms, " + UNKNOWN_TMAX_MS + "L) AS tmax_ms",
                        "coalesce(bid_floor_micros, 0L) AS bid_floor_micros",
                        "transform(ranked, c -> named_struct('aggregator_id', c.aggregator_id, 'propensity', c.propensity)) AS ranked",
                        // Decisions that name no order were dispatched as chosen first, then by rank.
                        "CASE WHEN size(asked) > 0 THEN transform(asked, c -> named_struct('aggregator_id', c.aggregator_id, 'propensity', c.propensity)) "
                                + "ELSE concat(array(named_struct('aggregator_id', aggregator_id, 'propensity', propensity)), "
                                + "transform(filter(ranked, c -> c.aggregator_id != aggregator_id), c -> named_struct('aggregator_id', c.aggregator_id, 'propensity', 1.0D))) END AS `order`",
                        "policy_version",
                        "model_version"))
                .dropDuplicates("request_id");
        Dataset<Row> responses = of(events, EventType.RESPONSE)
                .groupBy("request_id", "attempt")
                .agg(min_by(
                                struct(
                                        col("aggregator_id"),
                                        col("attempt").cast("int").as("position"),
                                        col("outcome"),
                                        col("latency_ms"),
                                        coalesce(col("price_micros"), lit(0L)).as("price_micros")),
                                col("append_time"))
                        .as("answer"))
                .groupBy("request_id")
                .agg(sort_array(collect_list(struct(col("answer.position").as("at"), col("answer"))))
                        .as("answers"))
                .selectExpr("request_id", "transform(answers, a -> a.answer) AS attempts");
        Dataset<Row> completes = of(events, EventType.COMPLETE)
                .groupBy("request_id")
                .agg(
                        expr("min_by(event_time, append_time)").as("completed_at"),
                        expr("min(append_time)").as("completed_arrival"));
        return ofRows(decisions
                .join(responses, new String[] {"request_id"}, "left")
                .join(completes, new String[] {"request_id"}, "left")
                .withColumn(
                        "attempts",
                        expr("coalesce(attempts, CAST(array() AS " + new ArrayType(ATTEMPT, true).catalogString()
                                + "))")));
    }

    /** The same log in memory until {@link #release}. */
    DecisionLog kept() {
        return new DecisionLog(Kept.of(rows));
    }

    void release() {
        rows.unpersist();
    }

    /** The columns of {@link #SCHEMA}. */
    public Dataset<Row> rows() {
        return rows;
    }

    /**
     * Refuses what cannot be: learning from it would teach whatever made it.
     *
     * @param clockTolerance how far a decision's time may lie after its append time, and before its request's arrival
     * @throws LogRefused naming column and request
     */
    DecisionLog requirePlausible(Duration clockTolerance) {
        Plausibility.Refused refused = new Plausibility(NEVER_NULL, clockTolerance).of(rows);
        if (refused.rows() > 0) {
            throw new LogRefused(
                    refused.column(),
                    refused.why() + " in request " + refused.request() + " (" + refused.rows() + " such rows)");
        }
        return this;
    }

    private static String[] withContext(String... others) {
        return Stream.concat(Context.NAMES.stream(), Stream.of(others)).toArray(String[]::new);
    }

    /** A row of {@link #SCHEMA} as the record of it. */
    static DecisionRow decision(Row row) {
        return new DecisionRow(
                row.getAs("request_id"),
                Context.of(row::getAs),
                row.<Timestamp>getAs("request_time").toInstant(),
                row.<Timestamp>getAs("arrival_time").toInstant(),
                row.<Timestamp>getAs("decided_at").toInstant(),
                row.<Timestamp>getAs("logged_at").toInstant(),
                row.getAs("tmax_ms"),
                row.getAs("bid_floor_micros"),
                odds(row, "ranked"),
                odds(row, "order"),
                row.getAs("policy_version"),
                row.getAs("model_version"),
                row.<Row>getList(row.fieldIndex("attempts")).stream()
                        .map(attempt -> new AttemptRow(
                                attempt.getString(0),
                                attempt.getInt(1),
                                Coded.ofCode(ResponseOutcome.class, attempt.getString(2)),
                                attempt.getLong(3),
                                attempt.getLong(4)))
                        .toList(),
                instant(row, "completed_at"),
                instant(row, "completed_arrival"));
    }

    private static List<Odds> odds(Row row, String column) {
        return row.<Row>getList(row.fieldIndex(column)).stream()
                .map(odds -> new Odds(odds.getString(0), odds.getDouble(1)))
                .toList();
    }

    private static Instant instant(Row row, String column) {
        Timestamp time = row.getAs(column);
        return time == null ? null : time.toInstant();
    }

    static Row row(DecisionRow decision) {
        Context context = decision.context();
        return RowFactory.create(
                context.channelId(),
                context.previousChannelId(),
                context.lastAdId(),
                context.region(),
                context.deviceModel(),
                decision.requestId(),
                time(decision.requestTime()),
                time(decision.arrivalTime()),
                time(decision.decidedAt()),
                time(decision.loggedAt()),
                decision.tmaxMs(),
                decision.bidFloorMicros(),
                decision.ranked().stream()
                        .map(odds -> RowFactory.create(odds.aggregatorId(), odds.propensity()))
                        .toArray(),
                decision.order().stream()
                        .map(odds -> RowFactory.create(odds.aggregatorId(), odds.propensity()))
                        .toArray(),
                decision.policyVersion(),
                decision.modelVersion(),
                decision.attempts().stream()
                        .map(attempt -> RowFactory.create(
                                attempt.aggregatorId(),
                                attempt.position(),
                                attempt.outcome().code(),
                                attempt.latencyMs(),
                                attempt.priceMicros()))
                        .toArray(),
                time(decision.completedAt()),
                time(decision.completedArrival()));
    }

    private static Timestamp time(Instant time) {
        return time == null ? null : Timestamp.from(time);
    }

    private static Dataset<Row> of(Dataset<Row> events, EventType type) {
        return events.where(col("event_type").equalTo(type.wireName()));
    }

    private static StructType schema() {
        StructType schema = new StructType();
        for (String name : Context.NAMES) {
            schema = schema.add(name, DataTypes.StringType);
        }
        return schema.add("request_id", DataTypes.StringType)
                .add("request_time", DataTypes.TimestampType)
                .add("arrival_time", DataTypes.TimestampType)
                .add("decided_at", DataTypes.TimestampType)
                .add("logged_at", DataTypes.TimestampType)
                .add("tmax_ms", DataTypes.LongType)
                .add("bid_floor_micros", DataTypes.LongType)
                .add("ranked", new ArrayType(ODDS, true))
                .add("order", new ArrayType(ODDS, true))
                .add("policy_version", DataTypes.StringType)
                .add("model_version", DataTypes.StringType)
                .add("attempts", new ArrayType(ATTEMPT, true))
                .add("completed_at", DataTypes.TimestampType)
                .add("completed_arrival", DataTypes.TimestampType);
    }
}
