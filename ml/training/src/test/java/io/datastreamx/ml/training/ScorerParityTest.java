package io.datastreamx.ml.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.event.Context;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What routers compute from the model file is what MLlib computes. */
class ScorerParityTest {
    private static final int ROWS = 10_000;
    private static final double TOLERANCE = 1e-9;

    @Test
    void plainJavaEqualsMllibOnTenThousandRows() {
        LearningLog log = LearningLog.of(
                TestSession.events(new SampleLog(1).batch(0, 4_000, Instant.parse("2026-11-20T10:00:00Z"))), 0.2, 0.2);
        ModelTrainer.Trained trained =
                ModelTrainer.train(log, "m-1", new TrainingInfo("v", 0, 1, "run", "2026-11-20T12:00:00Z", 1));
        LogisticScorer scorer =
                new LogisticScorer(ModelDocument.read(trained.document().write()));
        Dataset<Row> rows = Features.encode(randomAttempts(), trained.dictionary());

        int distinct = 0;
        for (boolean fill : new boolean[] {true, false}) {
            LogisticFit fit = fill ? trained.fill() : trained.completion();
            List<Row> scored = fit.transform(rows).collectAsList();
            assertEquals(ROWS, scored.size());
            for (Row row : scored) {
                Context context = new Context(
                        row.getString(0), row.getString(1), row.getString(2), row.getString(3), row.getString(4));
                AdSlot slot = new AdSlot(context, row.getTimestamp(5).toInstant(), 0, Long.MAX_VALUE);
                String aggregator = row.getString(6);
                double raw = fill
                        ? scorer.rawFillProbability(slot, aggregator)
                        : scorer.rawCompletionProbability(slot, aggregator);
                double calibrated = fill
                        ? scorer.fillProbability(slot, aggregator)
                        : scorer.completionProbability(slot, aggregator);
                assertEquals(row.<Double>getAs(LogisticFit.RAW), raw, TOLERANCE);
                assertEquals(row.<Double>getAs(LogisticFit.CALIBRATED), calibrated, TOLERANCE);
            }
            distinct += scored.stream()
                    .map(row -> row.<Double>getAs(LogisticFit.CALIBRATED))
                    .distinct()
                    .count();
        }
        assertTrue(distinct > 20, "the models tell contexts apart, so equality means something: " + distinct);
        log.release();
    }

    /** Known and unknown values alike, at all hours. */
    private static Dataset<Row> randomAttempts() {
        Random random = new Random(2);
        StructType schema = new StructType();
        for (String name : Context.NAMES) {
            schema = schema.add(name, DataTypes.StringType);
        }
        schema = schema.add("request_time", DataTypes.TimestampType).add("aggregator_id", DataTypes.StringType);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(RowFactory.create(
                    pick(random, SampleLog.CHANNELS),
                    random.nextInt(3) == 0 ? null : pick(random, SampleLog.CHANNELS),
                    random.nextInt(3) == 0 ? null : "ad-" + random.nextInt(5),
                    pick(random, SampleLog.REGIONS),
                    pick(random, SampleLog.DEVICES),
                    Timestamp.from(Instant.parse("2026-11-20T00:00:00Z").plusSeconds(random.nextInt(86_400))),
                    pick(random, SampleLog.AGGREGATORS)));
        }
        return TestSession.SPARK.createDataFrame(rows, schema);
    }

    private static String pick(Random random, List<String> known) {
        List<String> all = Stream.concat(known.stream(), Stream.of("new|one")).toList();
        return all.get(random.nextInt(all.size()));
    }
}
