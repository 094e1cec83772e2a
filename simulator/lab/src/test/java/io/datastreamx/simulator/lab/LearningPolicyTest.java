package io.datastreamx.simulator.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.World;
import io.datastreamx.spark.SparkSessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routers' code, the nights' code and a world, around the whole loop. */
class LearningPolicyTest {
    private static final int REQUESTS = 4_000;

    @TempDir
    private Path folder;

    @Test
    void earnsMoreAfterItsFirstNightThanBefore() {
        Settings settings = Settings.load(Map.of("datastreamx.home", folder.toString()));
        SparkSession spark = SparkSessions.open(settings, LabMain.profile(2));
        World world = World.named("additive-1");
        Truth truth = Truth.of(world, 1, Lab.START);
        List<DecisionRow> rows = new ArrayList<>();
        Nights nights = new SparkNights(spark, settings.ml(), folder.resolve("days"));
        LearningPolicy policy = new LearningPolicy(LearningPolicy.Kind.CHAIN, truth, nights, REQUESTS) {
            @Override
            public void night(int day, List<DecisionRow> today) {
                rows.addAll(today);
                super.night(day, today);
            }
        };
        try (Lab lab = new Lab(world, 1, REQUESTS, 2, 10, policy)) {
            DayFigures first = lab.day(1);
            assertEquals(REQUESTS, rows.size());
            assertEquals(
                    first.revenueCpmMicros,
                    rows.stream().mapToLong(LearningPolicyTest::earned).sum());
            for (DecisionRow row : rows) {
                assertEquals(
                        1,
                        row.ranked().stream()
                                .mapToDouble(odds -> odds.propensity())
                                .sum(),
                        1e-9);
                assertTrue(row.attempts().size() <= row.order().size());
            }
            DayFigures second = new DayFigures(first.asked.length);
            lab.waking(2, second, new ArrayList<>());
            assertTrue(
                    second.shareOfChain() > first.shareOfChain() + 0.05,
                    first.shareOfChain() + " before, " + second.shareOfChain() + " after");
        } finally {
            spark.stop();
        }
    }

    private static long earned(DecisionRow row) {
        return row.completedArrival() == null
                ? 0
                : row.attempts().stream()
                        .filter(attempt -> attempt.outcome() == ResponseOutcome.FILL)
                        .mapToLong(attempt -> attempt.priceMicros())
                        .sum();
    }
}
