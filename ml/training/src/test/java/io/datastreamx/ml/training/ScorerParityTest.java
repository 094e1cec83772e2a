package io.datastreamx.ml.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastreamx.contract.event.Context;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.Calibration;
import io.datastreamx.ml.policy.FeatureEncoder;
import io.datastreamx.ml.policy.Forest;
import io.datastreamx.ml.policy.LogisticModel;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What routers compute from the model file is what MLlib computes. */
class ScorerParityTest {
    private static final int ROWS = 10_000;
    private static final double TOLERANCE = 1e-9;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void plainJavaEqualsMllibOnTenThousandRows(boolean crossed) {
        DecisionLog log = DecisionLog.of(
                TestSession.events(new SampleLog(1).batch(0, 4_000, Instant.parse("2026-11-20T10:00:00Z"))));
        LearningWindow window = LearningWindow.of(log, Duration.ofDays(14), Duration.ofDays(3), 0.2, 0.2);
        Dataset<Row> train = Kept.of(window.attempts(LearningWindow.TRAIN));
        Dataset<Row> calibrate = Kept.of(window.attempts(LearningWindow.CALIBRATION));
        Features features = Features.observed(train, crossed);
        LogisticFit fill = LogisticFamily.fit(features, train, "fill")
                .calibrated(LogisticFamily.labelled(features, calibrate, "fill"));
        LogisticFit completion = LogisticFamily.fit(features, train.where("fill"), "completed")
                .calibrated(LogisticFamily.labelled(features, calibrate.where("fill"), "completed"));
        int served = features.dictionary().size();
        assertThat(features.dictionary().tokens().stream().anyMatch(FeatureEncoder::isCross))
                .isEqualTo(crossed);
        assertThat(fill.export(served).calibration()).isNotEqualTo(Calibration.IDENTITY);
        ModelDocument document = new ModelDocument(
                "m-1",
                FeatureEncoder.VERSION,
                features.dictionary().tokens(),
                fill.export(served),
                completion.export(served),
                Map.of(),
                Map.of(),
                new TrainingInfo("v", 0, 1, "run", "2026-11-20T12:00:00Z", 1));
        LogisticScorer scorer = new LogisticScorer(ModelDocument.read(document.write()));
        Dataset<Row> rows = features.encode(randomAttempts());
        for (boolean ofFill : new boolean[] {true, false}) {
            List<Row> scored = (ofFill ? fill : completion).transform(rows).collectAsList();
            assertThat(scored).hasSize(ROWS);
            for (Row row : scored) {
                AdSlot slot = slot(row);
                String aggregator = row.getString(8);
                assertThat(
                                ofFill
                                        ? scorer.rawFillProbability(slot, aggregator)
                                        : scorer.rawCompletionProbability(slot, aggregator))
                        .isCloseTo(row.<Double>getAs(LogisticFit.RAW), within(TOLERANCE));
                assertThat(
                                ofFill
                                        ? scorer.fillProbability(slot, aggregator)
                                        : scorer.completionProbability(slot, aggregator))
                        .isCloseTo(row.<Double>getAs(LogisticFit.CALIBRATED), within(TOLERANCE));
            }
            assertThat(scored.stream()
                            .map(row -> row.<Double>getAs(LogisticFit.CALIBRATED))
                            .distinct()
                            .count())
                    .as("the models tell contexts apart, so equality means something")
                    .isGreaterThan(10);
        }
    }

    @Test
    void treesInPlainJavaEqualMllibs() {
        DecisionLog log = DecisionLog.of(
                TestSession.events(new SampleLog(1).batch(0, 4_000, Instant.parse("2026-11-20T10:00:00Z"))));
        LearningWindow window = LearningWindow.of(log, Duration.ofDays(14), Duration.ofDays(3), 0.2, 0.2);
        Dataset<Row> train = Kept.of(window.attempts(LearningWindow.TRAIN));
        Forest values = TreesFamily.observed(train);
        BoostedFit fill = BoostedFit.of(values, TreesFamily.labelled(train, "fill"), 7);
        BoostedFit completion = BoostedFit.of(values, TreesFamily.labelled(train.where("fill"), "completed"), 7);
        ModelDocument document = new ModelDocument(
                "m-1",
                FeatureEncoder.VERSION,
                List.of(),
                LogisticModel.of(fill.intercept(), new double[0], Calibration.IDENTITY),
                LogisticModel.of(completion.intercept(), new double[0], Calibration.IDENTITY),
                Map.of(),
                Map.of(),
                new TrainingInfo("v", 0, 1, "run", "2026-11-20T12:00:00Z", 1),
                new Forest(values.values(), fill.export(), completion.export()));
        LogisticScorer scorer = new LogisticScorer(ModelDocument.read(document.write()));
        for (boolean ofFill : new boolean[] {true, false}) {
            List<Row> scored =
                    (ofFill ? fill : completion).raw(randomAttempts()).collectAsList();
            assertThat(scored).hasSize(ROWS);
            for (Row row : scored) {
                assertThat(
                                ofFill
                                        ? scorer.rawFillProbability(slot(row), row.getString(8))
                                        : scorer.rawCompletionProbability(slot(row), row.getString(8)))
                        .isCloseTo(row.<Double>getAs(LogisticFit.RAW), within(TOLERANCE));
            }
            assertThat(scored.stream()
                            .map(row -> row.<Double>getAs(LogisticFit.RAW))
                            .distinct()
                            .count())
                    .as("trees tell contexts apart, so equality means something")
                    .isGreaterThan(10);
        }
    }

    private static AdSlot slot(Row row) {
        return new AdSlot(
                new Context(row.getString(0), row.getString(1), row.getString(2), row.getString(3), row.getString(4)),
                row.getTimestamp(5).toInstant(),
                row.getLong(6),
                row.getLong(7));
    }

    /** Known and unknown values alike, at all hours. */
    private static Dataset<Row> randomAttempts() {
        Random random = new Random(2);
        StructType schema = new StructType();
        for (String name : Context.NAMES) {
            schema = schema.add(name, DataTypes.StringType);
        }
        schema = schema.add("request_time", DataTypes.TimestampType)
                .add("bid_floor_micros", DataTypes.LongType)
                .add("time_left_ms", DataTypes.LongType)
                .add("aggregator_id", DataTypes.StringType)
                .add("position", DataTypes.IntegerType);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(RowFactory.create(
                    pick(random, SampleLog.CHANNELS),
                    random.nextInt(3) == 0 ? null : pick(random, SampleLog.CHANNELS),
                    random.nextInt(3) == 0 ? null : "ad-" + random.nextInt(5),
                    pick(random, SampleLog.REGIONS),
                    pick(random, SampleLog.DEVICES),
                    Timestamp.from(Instant.parse("2026-11-20T00:00:00Z").plusSeconds(random.nextInt(86_400))),
                    random.nextInt(3) == 0 ? 0L : 1L << random.nextInt(25),
                    (long) random.nextInt(500),
                    pick(random, SampleLog.AGGREGATORS),
                    1));
        }
        return TestSession.SPARK.createDataFrame(rows, schema);
    }

    private static String pick(Random random, List<String> known) {
        List<String> all = Stream.concat(known.stream(), Stream.of("new|one")).toList();
        return all.get(random.nextInt(all.size()));
    }
}
