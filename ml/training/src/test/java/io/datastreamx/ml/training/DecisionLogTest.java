package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.log.Odds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration CLOCKS = Duration.ofHours(1);

    @Test
    void everyRoutedDecisionIsARowWithItsChain() {
        List<Row> events = new SampleLog(4).batch(0, 500, START);
        DecisionLog log = DecisionLog.of(TestSession.events(events)).requirePlausible(CLOCKS);
        Dataset<Row> rows = log.rows();
        assertThat(rows.count())
                .isEqualTo(count(TestSession.events(events), "event_type = 'ad_decision' AND status = 'routed'"));
        assertThat(rows.selectExpr("sum(size(attempts))").first().getLong(0))
                .isEqualTo(count(TestSession.events(events), "event_type = 'response'"));
        assertThat(count(rows, "completed_arrival IS NOT NULL"))
                .isEqualTo(count(TestSession.events(events), "event_type = 'complete'"));
        assertThat(count(rows, "size(attempts) > 1")).as("chains of attempts").isPositive();
        assertThat(count(rows, "exists(attempts, a -> a.position != array_position(attempts, a))"))
                .isZero();
        // Without an order of their own: the chosen one, then by rank.
        assertThat(
                        count(
                                rows,
                                "size(`order`) != size(ranked) OR size(array_distinct(transform(`order`, c -> c.aggregator_id))) != size(ranked)"))
                .isZero();
    }

    @Test
    void aDecisionWithoutAnyResponseCounts() {
        Dataset<Row> events = TestSession.events(new SampleLog(4).batch(0, 100, START));
        Dataset<Row> unanswered = events.where("NOT (event_type IN ('response', 'complete') AND request_id = 'r7')");
        DecisionLog log = DecisionLog.of(unanswered);
        assertThat(count(log.rows(), "request_id = 'r7' AND size(attempts) = 0"))
                .isOne();
        LearningWindow window = LearningWindow.of(log, Duration.ofDays(14), Duration.ofDays(3), 0.2, 0.2);
        Row attempt = window.attempts(LearningWindow.TRAIN, LearningWindow.CALIBRATION, LearningWindow.HOLDOUT)
                .where("request_id = 'r7'")
                .select("outcome", "fill", "position")
                .first();
        assertThat(attempt.getString(0)).isEqualTo(LearningWindow.UNANSWERED);
        assertThat(attempt.getBoolean(1)).isFalse();
        assertThat(attempt.getInt(2)).isOne();
    }

    @Test
    void rowsFromMemoryAreTheSameRows() {
        DecisionLog log = DecisionLog.ofDecisions(TestSession.SPARK, List.of(row(UnaryOperator.identity())));
        Row read = log.requirePlausible(CLOCKS).rows().first();
        assertThat(read.<String>getAs("request_id")).isEqualTo("r1");
        assertThat(read.getList(read.fieldIndex("attempts"))).hasSize(2);
        assertThat(read.<java.sql.Timestamp>getAs("completed_arrival").toInstant())
                .isEqualTo(START.plusSeconds(40));
    }

    @Test
    void whatCannotBeIsRefusedByColumnAndRequest() {
        refused(
                "ranked: the propensities add up to 1.1",
                with(row -> odds(row, List.of(new Odds("a", 0.6), new Odds("b", 0.5)), row.order())));
        refused(
                "ranked: a propensity lies outside 0 to 1",
                with(row -> odds(row, List.of(new Odds("a", Double.NaN), new Odds("b", 0.5)), row.order())));
        refused(
                "order: the odds of a differ from those in ranked",
                with(row -> odds(row, row.ranked(), List.of(new Odds("a", 0.9), new Odds("b", 1)))));
        refused(
                "order: what was drawn has odds outside",
                with(row -> odds(row, row.ranked(), List.of(new Odds("a", 0), new Odds("b", 1)))));
        refused(
                "attempts: a price is negative",
                with(row -> attempts(row, List.of(new AttemptRow("a", 1, ResponseOutcome.FILL, 20, -5)))));
        refused(
                "decided_at: 2026-11-21T10:00:00Z lies more than PT1H after 2026-11-20T10:00:00.005Z",
                with(row -> times(row, START.plus(Duration.ofDays(1)), row.loggedAt())));
        refused(
                "decided_at: 2026-11-20T08:59:00Z lies more than PT1H before 2026-11-20T10:00:00Z",
                with(row -> times(row, START.minus(Duration.ofMinutes(61)), row.loggedAt())));
        Dataset<Row> rows = DecisionLog.ofDecisions(TestSession.SPARK, List.of(row(UnaryOperator.identity())))
                .rows();
        refused(
                "region: it is null",
                DecisionLog.ofRows(rows.withColumn(Context.REGION, lit(null).cast("string"))));
        assertThatThrownBy(() -> DecisionLog.ofRows(rows.withColumnRenamed(Context.CHANNEL_ID, "channel")))
                .isInstanceOf(LogRefused.class)
                .hasMessageContaining("column channel_id: it is missing")
                .hasMessageContaining("What is in force stays in force");
        assertThatThrownBy(() -> DecisionLog.ofRows(
                        rows.withColumn("tmax_ms", col("tmax_ms").cast("string"))))
                .hasMessageContaining("column tmax_ms: it is string, not bigint");
    }

    @Test
    void aHistoryThatIsReadInLaterIsLearnedFrom() {
        DecisionLog log = with(row -> times(row, row.decidedAt(), START.plus(Duration.ofDays(3))));
        assertThat(log.requirePlausible(CLOCKS)).isSameAs(log);
    }

    private static void refused(String what, DecisionLog log) {
        String[] named = what.split(": ", 2);
        assertThatThrownBy(() -> log.requirePlausible(CLOCKS))
                .isInstanceOf(LogRefused.class)
                .hasMessageContaining("column " + named[0] + ": " + named[1])
                .hasMessageContaining("request r1");
    }

    private static DecisionLog with(UnaryOperator<DecisionRow> change) {
        return DecisionLog.ofDecisions(TestSession.SPARK, List.of(row(change)));
    }

    private static DecisionRow row(UnaryOperator<DecisionRow> change) {
        return change.apply(new DecisionRow(
                "r1",
                new Context("news", null, null, "north", "box-1"),
                START,
                START,
                START,
                START.plusMillis(5),
                300,
                0,
                List.of(new Odds("a", 0.6), new Odds("b", 0.4)),
                List.of(new Odds("a", 0.6), new Odds("b", 1)),
                "p1",
                null,
                List.of(
                        new AttemptRow("a", 1, ResponseOutcome.NO_FILL, 20, 0),
                        new AttemptRow("b", 2, ResponseOutcome.FILL, 30, 2_000_000)),
                START.plusSeconds(30),
                START.plusSeconds(40)));
    }

    private static DecisionRow odds(DecisionRow row, List<Odds> ranked, List<Odds> order) {
        return new DecisionRow(
                row.requestId(),
                row.context(),
                row.requestTime(),
                row.arrivalTime(),
                row.decidedAt(),
                row.loggedAt(),
                row.tmaxMs(),
                row.bidFloorMicros(),
                ranked,
                order,
                row.policyVersion(),
                row.modelVersion(),
                row.attempts(),
                row.completedAt(),
                row.completedArrival());
    }

    private static DecisionRow attempts(DecisionRow row, List<AttemptRow> attempts) {
        return new DecisionRow(
                row.requestId(),
                row.context(),
                row.requestTime(),
                row.arrivalTime(),
                row.decidedAt(),
                row.loggedAt(),
                row.tmaxMs(),
                row.bidFloorMicros(),
                row.ranked(),
                row.order(),
                row.policyVersion(),
                row.modelVersion(),
                attempts,
                row.completedAt(),
                row.completedArrival());
    }

    private static DecisionRow times(DecisionRow row, Instant decided, Instant logged) {
        return new DecisionRow(
                row.requestId(),
                row.context(),
                row.requestTime(),
                row.arrivalTime(),
                decided,
                logged,
                row.tmaxMs(),
                row.bidFloorMicros(),
                row.ranked(),
                row.order(),
                row.policyVersion(),
                row.modelVersion(),
                row.attempts(),
                row.completedAt(),
                row.completedArrival());
    }

    private static long count(Dataset<Row> rows, String condition) {
        return rows.where(condition).count();
    }
}
