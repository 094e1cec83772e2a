package io.datastreamx.ml.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.log.Odds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class LearningWindowTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    @Test
    void aRegionWhoseEndsComeSixHoursLateWaitsForThem() {
        Instant end = START.plus(Duration.ofHours(10));
        List<DecisionRow> decisions = IntStream.range(0, 600)
                .mapToObj(i -> {
                    Instant at = START.plusSeconds(60L * i);
                    boolean north = i % 2 == 0;
                    Instant arrival = at.plus(north ? Duration.ofHours(6) : Duration.ofSeconds(30));
                    return watched("r" + i, north ? "north" : "south", at, arrival.isAfter(end) ? null : arrival);
                })
                .toList();
        LearningWindow window = window(decisions);
        Dataset<Row> matured =
                window.decisions(LearningWindow.TRAIN, LearningWindow.CALIBRATION, LearningWindow.HOLDOUT);
        assertThat(matured.where("completed_arrival IS NULL").count())
                .as("decisions whose ends are still to come")
                .isZero();
        assertThat(matured.where("region = 'north'").count()).isBetween(110L, 121L);
        assertThat(matured.where("region = 'south'").count()).isGreaterThanOrEqualTo(110L);
    }

    @Test
    void aThinnedWindowTrainsOnLessAndIsJudgedByTheSame() {
        LearningWindow whole = window(IntStream.range(0, 1_000)
                .mapToObj(i -> {
                    Instant at = START.plusSeconds(i);
                    return watched("r" + i, "north", at, at.plusSeconds(30));
                })
                .toList());
        LearningWindow half = whole.thinned(0.5);
        LearningWindow eighth = whole.thinned(0.125);
        long trained = whole.decisions(LearningWindow.TRAIN).count();
        assertThat(half.decisions(LearningWindow.TRAIN).count()).isBetween(trained * 4 / 10, trained * 6 / 10);
        assertThat(eighth.decisions(LearningWindow.TRAIN).count()).isBetween(trained * 8 / 100, trained * 17 / 100);
        assertThat(eighth.decisions(LearningWindow.TRAIN)
                        .join(half.decisions(LearningWindow.TRAIN), "request_id")
                        .count())
                .as("a smaller part lies within a larger one")
                .isEqualTo(eighth.decisions(LearningWindow.TRAIN).count());
        for (String part : List.of(LearningWindow.CALIBRATION, LearningWindow.HOLDOUT)) {
            assertThat(eighth.decisions(part).count())
                    .isEqualTo(whole.decisions(part).count())
                    .isPositive();
        }
    }

    private static LearningWindow window(List<DecisionRow> decisions) {
        return LearningWindow.of(
                DecisionLog.ofDecisions(TestSession.SPARK, decisions),
                Duration.ofDays(14),
                Duration.ofDays(3),
                0.2,
                0.2);
    }

    private static DecisionRow watched(String request, String region, Instant at, Instant arrival) {
        return new DecisionRow(
                request,
                new Context("news", null, null, region, "box-1"),
                at,
                at,
                at,
                at,
                300,
                0,
                List.of(new Odds("acme", 1)),
                List.of(new Odds("acme", 1)),
                "p1",
                null,
                List.of(new AttemptRow("acme", 1, ResponseOutcome.FILL, 20, 2_000_000)),
                at.plusSeconds(30),
                arrival);
    }
}
