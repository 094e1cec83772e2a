package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.event.Context;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/**
 * Logs that are possible and odd: what is learned from them is sound, or refused, and never comes into force by
 * mistake.
 */
class OddLogsTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final TrainingInfo INFO = new TrainingInfo("v", 0, 17, "run", "2026-11-20T12:00:00Z", 1);
    private static final Dataset<Row> ROWS = DecisionLog.of(TestSession.events(new SampleLog(8).batch(0, 2_400, START)))
            .kept()
            .rows();

    @Test
    void onePriceOfAQuadrillionMovesNoPriceAndPromotesNothing() {
        // One to train on and one to judge by; whatever they answered, they fill now.
        NightLearning.Learned learned = learn(
                changed(
                        "attempts",
                        "CASE WHEN request_id IN ('r101', 'r2301') THEN transform(slice(attempts, 1, 1), a -> named_struct('aggregator_id', a.aggregator_id, 'position', a.position, "
                                + "'outcome', 'fill', 'latency_ms', a.latency_ms, 'price_micros', 1000000000000000L)) ELSE attempts END"));
        ModelDocument model = learned.judged().get(0).document();
        for (String aggregator : SampleLog.AGGREGATORS) {
            assertThat((double) model.priceMicros().get("agg=" + aggregator))
                    .as(aggregator)
                    .isBetween(0.9 * SampleLog.priceMicros(aggregator), 1.1 * SampleLog.priceMicros(aggregator));
        }
        assertThat(learned.served()).as("beyond doubt it earns no more").isEmpty();
    }

    @Test
    void aLogWithoutAnyFillPromotesNothing() {
        Dataset<Row> rows = changed(
                        "attempts",
                        "transform(attempts, a -> named_struct('aggregator_id', a.aggregator_id, 'position', a.position, 'outcome', 'no_fill', 'latency_ms', a.latency_ms, "
                                + "'price_micros', 0L))")
                .withColumn("completed_at", expr("CAST(NULL AS TIMESTAMP)"))
                .withColumn("completed_arrival", expr("CAST(NULL AS TIMESTAMP)"));
        NightLearning.Learned learned = learn(rows);
        assertThat(learned.served()).isEmpty();
        assertThat(learned.judged().get(0).verdict().reasons()).isNotEmpty();
        sound(learned.judged().get(0).document(), 0, 0.05);
    }

    @Test
    void aLogInWhichAllFillAndAllAreWatchedIsLearnedAsItIs() {
        Dataset<Row> rows = changed(
                        "attempts",
                        "transform(slice(attempts, 1, 1), a -> named_struct('aggregator_id', a.aggregator_id, 'position', a.position, 'outcome', 'fill', 'latency_ms', a.latency_ms, "
                                + "'price_micros', 2000000L))")
                .withColumn("completed_at", expr("logged_at + INTERVAL 30 SECONDS"))
                .withColumn("completed_arrival", expr("logged_at + INTERVAL 30 SECONDS"))
                .where("size(attempts) = 1");
        NightLearning.Learned learned = learn(rows);
        sound(learned.judged().get(0).document(), 0.9, 1);
    }

    @Test
    void aLogWithOneAggregatorHasNobodyToPrefer() {
        Dataset<Row> rows = ROWS.where("`order`[0].aggregator_id = 'acme'")
                .withColumn("ranked", expr("array(named_struct('aggregator_id', 'acme', 'propensity', 1.0D))"))
                .withColumn("order", expr("array(named_struct('aggregator_id', 'acme', 'propensity', 1.0D))"))
                .withColumn("attempts", expr("slice(attempts, 1, 1)"))
                .withColumn(
                        "completed_arrival", expr("CASE WHEN attempts[0].outcome = 'fill' THEN completed_arrival END"));
        NightLearning.Learned learned = learn(rows);
        Evaluation found = learned.judged().get(0).evaluation();
        assertThat(Evaluation.by(io.datastreamx.ml.evaluation.Estimator.DR, found.difference())
                        .value())
                .isZero();
        assertThat(learned.served()).as("it cannot earn more").isEmpty();
    }

    private static Dataset<Row> changed(String column, String sql) {
        return ROWS.withColumn(column, expr(sql));
    }

    private static NightLearning.Learned learn(Dataset<Row> rows) {
        return NightLearning.learn(
                DecisionLog.ofRows(rows),
                NightLearningTest.SETTINGS,
                NightLearningTest.policy(),
                Optional.empty(),
                "m-1",
                INFO);
    }

    /** What routers would make of it: finite, and within bounds. */
    private static void sound(ModelDocument model, double least, double most) {
        LogisticScorer scorer = new LogisticScorer(ModelDocument.read(model.write()));
        AdSlot slot = new AdSlot(new Context("news", null, null, "north", "box-1"), START, 0, 400);
        NightLearningTest.policy().aggregators().forEach(terms -> {
            Expectation expected = scorer.estimate(slot, terms);
            assertThat(expected.fill()).as(terms.aggregatorId()).isBetween(least, most);
            assertThat(expected.valueMicros()).isFinite().isBetween(0.0, (double) terms.maxPriceMicros());
            assertThat(expected.answerMs()).isFinite().isNotNegative();
        });
    }
}
