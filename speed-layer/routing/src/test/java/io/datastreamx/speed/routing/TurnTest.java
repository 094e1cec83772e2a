package io.datastreamx.speed.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two routers that take turns. */
class TurnTest {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final Turn first = new Turn(INTERVAL, "file:///home/checkpoints/routing-1");
    private final Turn second = new Turn(INTERVAL, "file:///home/checkpoints/routing-2");

    @Test
    void checkpointsOfTwoRoutersAreHalfAnIntervalApartWheneverTheyBegin() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            Instant one = begin(first, NOON.plusMillis(random.nextInt(1_000_000)));
            Instant other = begin(second, NOON.plusMillis(random.nextInt(1_000_000)));
            assertEquals(
                    INTERVAL.toMillis() / 2,
                    Math.floorMod(Duration.between(one, other).toMillis(), INTERVAL.toMillis()));
            assertFalse(first.isOut(one));
            assertTrue(second.isOut(one));
        }
    }

    private static Instant begin(Turn turn, Instant now) {
        Duration batch = turn.untilDue(now);
        assertTrue(batch.compareTo(Turn.SHORTEST) >= 0, batch::toString);
        assertTrue(batch.compareTo(INTERVAL.plus(Turn.SHORTEST)) < 0, batch::toString);
        return now.plus(batch);
    }

    @Test
    void batchesAreShorterByThePauseSoThatCheckpointsStayInTurn() {
        Instant now = begin(first, NOON);
        Duration pause = Duration.ofMillis(150);
        for (int batch = 0; batch < 100; batch++) {
            now = now.plus(first.steady(pause)).plus(pause);
            assertFalse(first.isOut(now), "batch " + batch);
        }
    }

    @Test
    void whoDriftsIsOutOfTurnLongBeforeTheTwoMeet() {
        Instant now = begin(first, NOON);
        int batches = 0;
        for (; !first.isOut(now); batches++) {
            now = now.plus(INTERVAL).plusMillis(150);
        }
        assertEquals(26, batches);
        assertFalse(first.isOut(now.plus(first.untilDue(now))));
    }
}
