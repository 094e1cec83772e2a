package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.expr;

import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.policy.AnswerTimes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How long aggregators take to answer, by parts of the day where there are enough attempts to tell. Age counts thrice:
 * servers change from one day to the next.
 */
final class AnswerTimesTable {
    private static final int PARTS = 6;
    private static final int HOURS = 24;
    /** Attempts that a part of the day needs to have times of its own. */
    private static final double ENOUGH = 300;

    private static final int POINTS = 48;
    private static final double FIRST_MS = 2;
    /** Ratio of one point to the next; the last lies at about half a minute. */
    private static final double STEP = 1.226;

    private AnswerTimesTable() {}

    /**
     * @param attempts of {@link LearningWindow#attempts}
     * @return by aggregator; those that never answered and never timed out are not named
     */
    static Map<String, List<AnswerTimes>> of(Dataset<Row> attempts) {
        String bin = "CAST(greatest(0D, least(%dD, ceil(ln(greatest(latency_ms, 1L) / %sD) / %sD))) AS INT)"
                .formatted(POINTS - 1, FIRST_MS, Math.log(STEP));
        List<Row> counts = attempts.where("latency_ms IS NOT NULL")
                .groupBy(
                        expr("aggregator_id"),
                        expr("hour(request_time) * %d DIV %d".formatted(PARTS, HOURS))
                                .as("part"),
                        expr(bin).as("bin"),
                        expr("outcome = '" + ResponseOutcome.TIMEOUT.code() + "'")
                                .as("late"))
                .agg(expr("sum(pow(weight, 3))"), expr("count(1)"))
                .collectAsList();
        Map<String, Counts[]> byAggregator = new HashMap<>();
        for (Row row : counts) {
            Counts[] parts = byAggregator.computeIfAbsent(row.getString(0), id -> Counts.parts());
            parts[(int) row.getLong(1)].add(row.getInt(2), row.getBoolean(3), row.getDouble(4), row.getLong(5));
        }
        Map<String, List<AnswerTimes>> times = new HashMap<>();
        byAggregator.forEach((id, parts) -> times.put(id, times(parts)));
        return times;
    }

    private static List<AnswerTimes> times(Counts[] parts) {
        boolean enough = true;
        Counts all = new Counts();
        for (Counts part : parts) {
            enough &= part.attempts >= ENOUGH;
            all.add(part);
        }
        List<AnswerTimes> times = new ArrayList<>();
        for (Counts part : enough ? parts : new Counts[] {all}) {
            times.add(AnswerTimes.observed(ends(), part.answered, part.givenUp));
        }
        return times;
    }

    private static double[] ends() {
        double[] ends = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            ends[i] = FIRST_MS * Math.pow(STEP, i);
        }
        return ends;
    }

    private static final class Counts {
        private final double[] answered = new double[POINTS];
        private final double[] givenUp = new double[POINTS];
        private long attempts;

        static Counts[] parts() {
            Counts[] parts = new Counts[PARTS];
            for (int i = 0; i < PARTS; i++) {
                parts[i] = new Counts();
            }
            return parts;
        }

        void add(int bin, boolean late, double weight, long seen) {
            (late ? givenUp : answered)[bin] += weight;
            attempts += seen;
        }

        void add(Counts other) {
            for (int i = 0; i < POINTS; i++) {
                answered[i] += other.answered[i];
                givenUp[i] += other.givenUp[i];
            }
            attempts += other.attempts;
        }
    }
}
