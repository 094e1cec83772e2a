package io.datastreamx.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EndsTest {
    private static final Instant START = Instant.parse("2026-11-27T00:00:00Z");

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    @Test
    void threeLivesThatNeverServedAreALoopUntilOneServes() {
        Ends two = Ends.NONE.with(at(0), false, "a").with(at(600), false, "b");
        assertFalse(two.isLoop(at(601)));
        Ends three = two.with(at(1_200), false, "c");
        assertTrue(three.isLoop(at(1_201)));
        assertTrue(three.isLoop(at(100_000)), "it is still starting");
        assertEquals("c", three.lastError());
        assertFalse(three.served().isLoop(at(1_202)));
    }

    @Test
    void oneThatServesAndEndsAgainAndAgainIsALoopWhileItsEndsAreRecent() {
        Ends ends = Ends.NONE;
        for (int i = 0; i < Ends.A_LOOP; i++) {
            assertFalse(ends.isLoop(at(i * 40)), "after " + i);
            ends = ends.served().with(at(i * 40), true, "again");
        }
        assertTrue(ends.isLoop(at(200)));
        assertFalse(ends.isLoop(START.plus(Ends.SHORT)));
        Ends later = ends.with(at(1_000), true, "once more");
        assertFalse(later.isLoop(at(1_001)), "the others are long ago");
        assertEquals(Ends.A_LOOP, later.lately().size());
        assertEquals(Duration.ofMinutes(5), Ends.SHORT);
    }
}
