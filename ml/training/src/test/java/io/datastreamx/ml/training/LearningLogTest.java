package io.datastreamx.ml.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Timestamp;
import java.time.Instant;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class LearningLogTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    @Test
    void partsFollowEachOtherInTimeAndTheYoungestAttemptsWait() {
        LearningLog log = LearningLog.of(TestSession.events(new SampleLog(3).batch(0, 1_000, START)), 0.2, 0.2);
        Timestamp trained = last(log, LearningLog.TRAIN);
        Timestamp calibrated = last(log, LearningLog.CALIBRATION);
        Timestamp heldOut = last(log, LearningLog.HOLDOUT);
        assertTrue(trained.before(first(log, LearningLog.CALIBRATION)));
        assertTrue(calibrated.before(first(log, LearningLog.HOLDOUT)));
        // An ad of the sample is watched to its end five seconds after it was filled.
        Instant newestDecision = START.plusMillis(100 * 999);
        assertTrue(heldOut.toInstant().isBefore(newestDecision.minusSeconds(4)), heldOut.toString());
        double share = log.firstAttempts(LearningLog.TRAIN).count() / (double) log.firstAttempts();
        assertEquals(0.6, share, 0.02);
        log.release();
    }

    @Test
    void rewardIsThePriceOfACompletedFillOfTheAggregatorAskedFirst() {
        LearningLog log = LearningLog.of(TestSession.events(new SampleLog(4).batch(0, 500, START)), 0.2, 0.2);
        for (Row row : log.attempts()
                .select("fill", "completed", "price_micros", "reward", "first", "chosen", "aggregator_id")
                .collectAsList()) {
            boolean earned = row.getBoolean(0) && row.getBoolean(1);
            assertEquals(earned ? (double) row.getLong(2) : 0.0, row.getDouble(3));
            assertEquals(row.getBoolean(4), row.getString(5).equals(row.getString(6)));
        }
        assertTrue(
                log.attempts().where("NOT first").count() > 0, "there are fallbacks, and they do not count as first");
        log.release();
    }

    private static Timestamp first(LearningLog log, String part) {
        return log.firstAttempts(part).selectExpr("min(decided_at)").first().getTimestamp(0);
    }

    private static Timestamp last(LearningLog log, String part) {
        return log.firstAttempts(part).selectExpr("max(decided_at)").first().getTimestamp(0);
    }
}
