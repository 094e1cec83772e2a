package io.datastreamx.ml.training;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.log.Odds;
import io.datastreamx.ml.policy.TrainingInfo;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How long a night's learning takes on so many decisions (first argument, 2,000,000 where there is none): a week of
 * requests of 60 channels, 10 regions and 300 ads, four aggregators. Prints seconds, and seconds of processor.
 */
final class TrainingFigures {
    private static final int PARTITIONS = 8;
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

    private TrainingFigures() {}

    public static void main(String[] args) {
        int decisions = args.length > 0 ? Integer.parseInt(args[0]) : 2_000_000;
        List<Integer> parts = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            parts.add(i);
        }
        int each = decisions / PARTITIONS;
        Dataset<Row> rows = TestSession.SPARK
                .createDataFrame(
                        JavaSparkContext.fromSparkContext(TestSession.SPARK.sparkContext())
                                .parallelize(parts, PARTITIONS)
                                .flatMap(part -> rows(part, each).iterator()),
                        DecisionLog.SCHEMA)
                .persist();
        rows.count();
        var os = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long started = System.nanoTime();
        long cpu = os.getProcessCpuTime();
        NightLearning.Learned learned = NightLearning.learn(
                DecisionLog.ofRows(rows),
                NightLearningTest.SETTINGS,
                NightLearningTest.policy(),
                Optional.empty(),
                "m",
                new TrainingInfo("v", 0, 1, "figures", START.toString(), decisions));
        System.out.printf(
                "%,d decisions: %.1f s, %.1f s of processor; %s%n",
                decisions,
                (System.nanoTime() - started) / 1e9,
                (os.getProcessCpuTime() - cpu) / 1e9,
                learned.judged().get(0).verdict());
        System.exit(0);
    }

    private static List<Row> rows(int part, int count) {
        SplittableRandom random = new SplittableRandom(part);
        List<Row> rows = new ArrayList<>(count);
        List<Odds> ranked =
                SampleLog.AGGREGATORS.stream().map(id -> new Odds(id, 0.25)).toList();
        for (int i = 0; i < count; i++) {
            Instant at = START.plusMillis((long) (random.nextDouble() * 7 * 86_400_000));
            int channel = random.nextInt(60);
            List<AttemptRow> attempts = new ArrayList<>();
            List<Odds> order = new ArrayList<>();
            int first = random.nextInt(4);
            boolean filled = false;
            for (int k = 0; k < 2; k++) {
                int aggregator = (first + k) % 4;
                order.add(new Odds(SampleLog.AGGREGATORS.get(aggregator), k == 0 ? 0.25 : 1));
                if (!filled) {
                    filled = random.nextDouble() < 0.2 + 0.1 * ((channel + aggregator) % 5);
                    attempts.add(new AttemptRow(
                            SampleLog.AGGREGATORS.get(aggregator),
                            k + 1,
                            filled ? ResponseOutcome.FILL : ResponseOutcome.NO_FILL,
                            20 + random.nextInt(60),
                            filled ? 2_000_000 + random.nextInt(2_000_000) : 0));
                }
            }
            boolean completed = filled && random.nextDouble() < 0.8;
            rows.add(DecisionLog.row(new DecisionRow(
                    part + "-" + i,
                    new Context(
                            "ch-" + channel,
                            "ch-" + random.nextInt(60),
                            "ad-" + random.nextInt(300),
                            "r" + random.nextInt(10),
                            "m" + random.nextInt(4)),
                    at,
                    at,
                    at,
                    at,
                    300,
                    0,
                    ranked,
                    order,
                    "p",
                    null,
                    attempts,
                    completed ? at.plusSeconds(30) : null,
                    completed ? at.plusSeconds(31) : null)));
        }
        return rows;
    }
}
