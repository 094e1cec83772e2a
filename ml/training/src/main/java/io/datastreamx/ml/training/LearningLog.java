package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.ResponseOutcome;
import java.time.Instant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * What the log teaches: one row per attempt (an answer of an aggregator), with the decision that led to it and whether
 * the ad was watched to its end. Only attempts old enough that their end would be known, and cut into three by time of
 * decision: to train on, to calibrate on, and to judge by.
 *
 * <p>Columns: the context, {@code request_id, decided_at, request_time, chosen, propensity, ranked, aggregator_id,
 * first, fill, price_micros, completed, reward, part}. {@code reward} is what the attempt earned: its CPM price in
 * micro-units where it filled and was completed, else 0; its mean is revenue per thousand requests.
 */
final class LearningLog {
    static final String TRAIN = "train";
    static final String CALIBRATION = "calibration";
    static final String HOLDOUT = "holdout";
    /** Share of the fills that completed whose end must be awaited. */
    private static final double MATURED = 0.99;

    private final Dataset<Row> attempts;
    private final long firstAttempts;

    private LearningLog(Dataset<Row> attempts) {
        this.attempts = attempts;
        this.firstAttempts = attempts.where("first").count();
    }

    /** @param events rows of the raw log that count */
    static LearningLog of(Dataset<Row> events, double calibrationShare, double holdoutShare) {
        Dataset<Row> all = join(events).persist(StorageLevel.MEMORY_AND_DISK());
        Row ages = all.agg(
                        max("decided_at"),
                        expr("percentile_approx(unix_micros(completed_at) - unix_micros(decided_at), " + MATURED + ")"))
                .first();
        if (ages.isNullAt(0)) {
            return new LearningLog(all.withColumn("part", lit(TRAIN)));
        }
        long waited = ages.isNullAt(1) ? 0 : Math.max(0, ages.getLong(1));
        long newest = micros(ages.getTimestamp(0).toInstant()) - waited;
        Dataset<Row> matured = all.where("unix_micros(decided_at) <= " + newest);
        Row cuts = matured.where("first")
                .agg(expr(percentile(1 - calibrationShare - holdoutShare)), expr(percentile(1 - holdoutShare)))
                .first();
        String part = cuts.isNullAt(0)
                ? "'" + TRAIN + "'"
                : "CASE WHEN unix_micros(decided_at) < " + cuts.getLong(0) + " THEN '" + TRAIN
                        + "' WHEN unix_micros(decided_at) < " + cuts.getLong(1) + " THEN '" + CALIBRATION + "' ELSE '"
                        + HOLDOUT + "' END";
        return new LearningLog(matured.withColumn("part", expr(part)));
    }

    /** Answers of the aggregators that were chosen first. */
    long firstAttempts() {
        return firstAttempts;
    }

    /**
     * The attempts of the aggregator that the policy chose, in one part of the log. Fill is learned from these alone:
     * given the context the choice among candidates is random with known odds, while a fallback is tried only where
     * others failed, and later, with less time left.
     */
    Dataset<Row> firstAttempts(String part) {
        return attempts.where(col("first").and(col("part").equalTo(part)));
    }

    /**
     * All attempts that filled, fallbacks included: once an ad is there, its end depends on viewer and ad, not on how
     * it came.
     */
    Dataset<Row> fills(String part) {
        return attempts.where(col("fill").and(col("part").equalTo(part)));
    }

    Dataset<Row> attempts() {
        return attempts;
    }

    private static String percentile(double share) {
        return "percentile_approx(unix_micros(decided_at), " + share + ")";
    }

    private static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    private static Dataset<Row> join(Dataset<Row> events) {
        Dataset<Row> decisions = of(events, EventType.AD_DECISION)
                .where(col("status").equalTo(DecisionStatus.ROUTED.code()))
                .where("aggregator_id IS NOT NULL AND propensity > 0")
                .withColumn("decided_at", col("event_time"))
                .withColumn("chosen", col("aggregator_id"))
                .select(ContextColumns.and(
                        "request_id", "decided_at", "request_time", "chosen", "propensity", "ranked"))
                .dropDuplicates("request_id");
        Dataset<Row> responses = of(events, EventType.RESPONSE)
                .select(
                        col("request_id"),
                        col("aggregator_id"),
                        col("outcome").equalTo(ResponseOutcome.FILL.code()).as("fill"),
                        col("price_micros"));
        Dataset<Row> completes = of(events, EventType.COMPLETE)
                .groupBy("request_id", "aggregator_id")
                .agg(expr("min(event_time)").as("completed_at"));
        return responses
                .join(decisions, "request_id")
                .join(completes, new String[] {"request_id", "aggregator_id"}, "left")
                .withColumn("first", col("aggregator_id").equalTo(col("chosen")))
                .withColumn("completed", col("fill").and(col("completed_at").isNotNull()))
                .withColumn(
                        "reward",
                        expr("CASE WHEN completed THEN CAST(coalesce(price_micros, 0) AS DOUBLE) ELSE 0.0D END"))
                .withColumn("price_micros", coalesce(col("price_micros"), lit(0L)));
    }

    private static Dataset<Row> of(Dataset<Row> events, EventType type) {
        return events.where(col("event_type").equalTo(type.wireName()));
    }

    void release() {
        attempts.unpersist();
    }
}
