package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.ResponseOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The matured decisions of the last days, the newer the heavier, cut into three that follow each other in time: to
 * train on, to calibrate on, and to judge by. The shares are shares of the weight, so what is judged by is what is new.
 *
 * <p>A decision is matured when as much time as nearly all ends of ads took to arrive has passed since it was appended,
 * by the log's own append times. A region whose ends do not arrive as the others' do waits until they come.
 */
final class LearningWindow {
    static final String TRAIN = "train";
    static final String CALIBRATION = "calibration";
    static final String HOLDOUT = "holdout";
    /** Column: what a row counts, 1 at the end of the window. */
    static final String WEIGHT = "weight";

    static final String PART = "part";
    /** Outcome of the first aggregator of a decision without any answer. */
    static final String UNANSWERED = "unanswered";

    /** What changed within a day is known from it alone. */
    static final Duration LATEST = Duration.ofDays(1);

    /** Share of the ends of ads that must be awaited. */
    private static final double MATURED = 0.99;
    /** Slices of time into which the window is weighed, to find where its parts meet. */
    private static final long SLICES = 10_000;
    /** Values of the hash by which a part of what is trained on is chosen. */
    private static final long HASHES = 10_000;

    private final Dataset<Row> decisions;
    private final Instant end;
    private final long matured;

    private LearningWindow(Dataset<Row> decisions, Instant end, long matured) {
        this.decisions = decisions;
        this.end = end;
        this.matured = matured;
    }

    /**
     * @param length of the window
     * @param halfLife age at which a row counts half
     */
    static LearningWindow of(
            DecisionLog log, Duration length, Duration halfLife, double calibrationShare, double holdoutShare) {
        Dataset<Row> all = log.rows();
        Row last = all.selectExpr(
                        "unix_micros(max(greatest(logged_at, coalesce(completed_arrival, logged_at))))",
                        "unix_micros(min(logged_at))")
                .first();
        if (last.isNullAt(0)) {
            return new LearningWindow(
                    all.withColumn(WEIGHT, expr("1.0D")).withColumn(PART, expr("'" + TRAIN + "'")), Instant.EPOCH, 0);
        }
        long end = last.getLong(0);
        long wait = micros(all.selectExpr(waited()).first(), 0);
        Dataset<Row> regions = all.groupBy(Context.REGION)
                .agg(
                        expr("coalesce(" + waited() + ", 0L)").as("region_wait"),
                        expr("coalesce(unix_micros(max(completed_arrival)), %dL)".formatted(end))
                                .as("region_last"))
                .selectExpr(
                        Context.REGION,
                        "(CASE WHEN %1$dL - region_last > greatest(%2$dL, region_wait) THEN region_last ELSE %1$dL END) - greatest(%2$dL, region_wait) AS newest"
                                .formatted(end, wait));
        Dataset<Row> matured = all.join(broadcast(regions), Context.REGION)
                .where("unix_micros(logged_at) <= newest")
                .where("unix_micros(logged_at) > " + (end - length.toNanos() / 1_000))
                .drop("newest")
                .withColumn(
                        WEIGHT,
                        expr("pow(2.0D, (unix_micros(logged_at) - %dL) / %d.0D)"
                                .formatted(end, halfLife.toNanos() / 1_000)));
        long slice = Math.max(1, Math.min(length.toNanos() / 1_000, end - last.getLong(1)) / SLICES);
        List<Row> slices = matured.groupBy(
                        expr("unix_micros(logged_at) DIV " + slice).as("slice"))
                .agg(expr("sum(weight)"), expr("count(1)"))
                .orderBy("slice")
                .collectAsList();
        long rows = slices.stream().mapToLong(row -> row.getLong(2)).sum();
        long calibrated = cut(slices, slice, 1 - calibrationShare - holdoutShare);
        long heldOut = cut(slices, slice, 1 - holdoutShare);
        Dataset<Row> parts = matured.withColumn(
                PART,
                expr(
                        "CASE WHEN unix_micros(logged_at) < %dL THEN '%s' WHEN unix_micros(logged_at) < %dL THEN '%s' ELSE '%s' END"
                                .formatted(calibrated, TRAIN, heldOut, CALIBRATION, HOLDOUT)));
        return new LearningWindow(parts, Instant.EPOCH.plusNanos(end * 1_000), rows);
    }

    /** When the last record of the log was appended; ages are counted from here. */
    Instant end() {
        return end;
    }

    /** Matured decisions. */
    long rows() {
        return matured;
    }

    /** Of one part; with {@link #WEIGHT}. */
    Dataset<Row> decisions(String... parts) {
        return decisions.where(col(PART).isin((Object[]) parts));
    }

    /** Of the last day. */
    Dataset<Row> latest() {
        return decisions.where("unix_millis(logged_at) > " + (end.toEpochMilli() - LATEST.toMillis()));
    }

    /**
     * One row for each time that an aggregator was asked: the context, {@code request_id, request_time, logged_at,
     * aggregator_id, position, outcome, fill, completed, price_micros, latency_ms} (null where no answer came),
     * {@code time_left_ms} when it was asked, {@code bid_floor_micros}, {@code weight, part}.
     */
    Dataset<Row> attempts(String... parts) {
        String unanswered =
                "array(named_struct('aggregator_id', `order`[0].aggregator_id, 'position', 1, 'outcome', '%s', 'latency_ms', CAST(NULL AS BIGINT), 'price_micros', 0L))"
                        .formatted(UNANSWERED);
        Dataset<Row> exploded = decisions(parts)
                .withColumn("made", expr("CASE WHEN size(attempts) = 0 THEN " + unanswered + " ELSE attempts END"))
                .selectExpr(Stream.concat(
                                Context.NAMES.stream(),
                                Stream.of(
                                        "request_id",
                                        "request_time",
                                        "logged_at",
                                        "bid_floor_micros",
                                        WEIGHT,
                                        PART,
                                        "completed_arrival",
                                        "tmax_ms - (unix_millis(decided_at) - unix_millis(arrival_time)) AS left_ms",
                                        "made",
                                        "posexplode(made) AS (at, attempt)"))
                        .toArray(String[]::new));
        return exploded.selectExpr(Stream.concat(
                        Context.NAMES.stream(),
                        Stream.of(
                                "request_id",
                                "request_time",
                                "logged_at",
                                "bid_floor_micros",
                                WEIGHT,
                                PART,
                                "attempt.aggregator_id",
                                "attempt.position",
                                "attempt.outcome",
                                "attempt.latency_ms",
                                "attempt.price_micros",
                                "attempt.outcome = '" + ResponseOutcome.FILL.code() + "' AS fill",
                                "attempt.outcome = '" + ResponseOutcome.FILL.code()
                                        + "' AND completed_arrival IS NOT NULL AS completed",
                                "left_ms - aggregate(slice(made, 1, at), 0L, (s, a) -> s + coalesce(a.latency_ms, 0L)) AS time_left_ms"))
                .toArray(String[]::new));
    }

    /**
     * The same window with only a part of what is trained on, chosen by a hash of the request's id; what calibrates and
     * what judges stays whole.
     *
     * @param share of the decisions to train on, in (0, 1]
     */
    LearningWindow thinned(double share) {
        long kept = Math.round(share * HASHES);
        return new LearningWindow(
                decisions.where(col(PART)
                        .notEqual(TRAIN)
                        .or(expr("pmod(xxhash64(request_id), %d) < %d".formatted(HASHES, kept)))),
                end,
                matured);
    }

    /** The same window kept in memory until {@link #release}. */
    LearningWindow kept() {
        Dataset<Row> kept = Kept.of(decisions);
        // Now, while what it is made from is in memory too.
        kept.count();
        return new LearningWindow(kept, end, matured);
    }

    void release() {
        decisions.unpersist();
    }

    private static String waited() {
        return "percentile_approx(greatest(0L, unix_micros(completed_arrival) - unix_micros(logged_at)), " + MATURED
                + ")";
    }

    private static long micros(Row row, int column) {
        return row.isNullAt(column) ? 0 : row.getLong(column);
    }

    /** Where so large a share of the weight lies before, microseconds since 1970. */
    private static long cut(List<Row> slices, long length, double share) {
        double all = slices.stream().mapToDouble(row -> row.getDouble(1)).sum();
        double before = 0;
        for (Row slice : slices) {
            if (before >= share * all) {
                return slice.getLong(0) * length;
            }
            before += slice.getDouble(1);
        }
        return Long.MAX_VALUE;
    }
}
