package io.datastreamx.ml.training;

import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a decision of the log cannot be. Said in plain Java: Spark interprets expressions over the members of arrays,
 * which takes longer than all else that is asked of the log.
 */
final class Plausibility implements FlatMapFunction<Iterator<Row>, Plausibility.Refused> {
    private static final double SUM_TOLERANCE = 1e-6;
    private static final double SAME = 1e-9;

    private final List<String> neverNull;
    private final Duration clockTolerance;

    /**
     * What a part of the log was refused for.
     *
     * @param rows how many are refused
     * @param request the first of them, by id; null where there is none
     * @param column in which it is wrong
     * @param why what is wrong
     */
    record Refused(long rows, String request, String column, String why) implements Serializable {
        static final Refused NONE = new Refused(0, null, null, null);

        Refused and(Refused other) {
            boolean mine = other.request == null || request != null && request.compareTo(other.request) <= 0;
            Refused first = mine ? this : other;
            return new Refused(rows + other.rows, first.request, first.column, first.why);
        }
    }

    /**
     * @param neverNull columns that every row has
     * @param clockTolerance how far a decision's time may lie after its append time, and before its request's arrival
     */
    Plausibility(List<String> neverNull, Duration clockTolerance) {
        this.neverNull = neverNull;
        this.clockTolerance = clockTolerance;
    }

    /** What is refused of all rows. */
    Refused of(Dataset<Row> rows) {
        return rows.javaRDD().mapPartitions(this).fold(Refused.NONE, Refused::and);
    }

    @Override
    public Iterator<Refused> call(Iterator<Row> rows) {
        Refused all = Refused.NONE;
        while (rows.hasNext()) {
            all = all.and(judged(rows.next()));
        }
        return List.of(all).iterator();
    }

    private Refused judged(Row row) {
        for (String column : neverNull) {
            if (row.isNullAt(row.fieldIndex(column))) {
                return refused(row, column, "it is null");
            }
        }
        List<Row> ranked = row.getList(row.fieldIndex("ranked"));
        double sum = 0;
        for (Row candidate : ranked) {
            if (candidate.isNullAt(1) || !(candidate.getDouble(1) >= 0 && candidate.getDouble(1) <= 1)) {
                return refused(row, "ranked", "a propensity lies outside 0 to 1");
            }
            sum += candidate.getDouble(1);
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            return refused(row, "ranked", "the propensities add up to " + sum + ", not to 1");
        }
        List<Row> order = row.getList(row.fieldIndex("order"));
        if (order.isEmpty()) {
            return refused(row, "order", "it is empty");
        }
        for (Row place : order) {
            if (place.isNullAt(1) || !(place.getDouble(1) > 0 && place.getDouble(1) <= 1)) {
                return refused(row, "order", "what was drawn has odds outside (0, 1]");
            }
        }
        Row first = order.get(0);
        if (ranked.stream()
                .noneMatch(candidate -> candidate.get(0).equals(first.get(0))
                        && Math.abs(candidate.getDouble(1) - first.getDouble(1)) <= SAME)) {
            return refused(row, "order", "the odds of " + first.getString(0) + " differ from those in ranked");
        }
        for (Row attempt : row.<Row>getList(row.fieldIndex("attempts"))) {
            if (isNoAmount(attempt, "price_micros")) {
                return refused(row, "attempts", "a price is negative");
            }
            if (isNoAmount(attempt, "latency_ms")) {
                return refused(row, "attempts", "a latency is negative");
            }
        }
        Instant decided = row.<Timestamp>getAs("decided_at").toInstant();
        Instant logged = row.<Timestamp>getAs("logged_at").toInstant();
        Instant arrived = row.<Timestamp>getAs("arrival_time").toInstant();
        // A history that is read in later is appended long after its decisions were made.
        if (decided.isAfter(logged.plus(clockTolerance))) {
            return refused(
                    row,
                    "decided_at",
                    decided + " lies more than " + clockTolerance + " after " + logged + ", when Kafka took it");
        }
        if (decided.isBefore(arrived.minus(clockTolerance))) {
            return refused(
                    row,
                    "decided_at",
                    decided + " lies more than " + clockTolerance + " before " + arrived + ", when its request came");
        }
        return Refused.NONE;
    }

    private static boolean isNoAmount(Row attempt, String column) {
        int at = attempt.fieldIndex(column);
        return attempt.isNullAt(at) || attempt.getLong(at) < 0;
    }

    private static Refused refused(Row row, String column, String why) {
        String request = row.getAs("request_id");
        return new Refused(1, request == null ? "" : request, column, why);
    }
}
