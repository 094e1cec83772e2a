package io.datastreamx.speed.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DuplicateIndexTest {
    private static final long SECOND = 1_000_000;

    @Test
    void theEarlierPositionWinsWithinABatch() {
        DuplicateIndex index = new DuplicateIndex(Duration.ofHours(1));
        var judgement = index.judge(
                List.of(candidate("a", 5 * SECOND, 1), candidate("a", 3 * SECOND, 2), candidate("b", 1, 3)));
        assertEquals(List.of(new Position(5 * SECOND, "t", 0, 1)), judgement.duplicates());
        assertEquals(2, judgement.accepted().size());
    }

    @Test
    void judgingChangesNothingUntilTheBatchIsRecorded() {
        DuplicateIndex index = new DuplicateIndex(Duration.ofHours(1));
        var batch = List.of(candidate("a", 1, 1));
        assertEquals(index.judge(batch), index.judge(batch));
        index.record(index.judge(batch).accepted());
        assertEquals(1, index.judge(batch).duplicates().size());
    }

    @Test
    void beyondTheHorizonAnIdCountsAgain() {
        DuplicateIndex index = new DuplicateIndex(Duration.ofSeconds(100));
        index.record(index.judge(List.of(candidate("a", 1_000 * SECOND, 1))).accepted());
        assertEquals(
                1,
                index.judge(List.of(candidate("a", 1_100 * SECOND, 2)))
                        .duplicates()
                        .size());
        assertEquals(
                0,
                index.judge(List.of(candidate("a", 1_100 * SECOND + 1, 3)))
                        .duplicates()
                        .size());
    }

    @Test
    void withoutHorizonNothingIsADuplicate() {
        DuplicateIndex index = new DuplicateIndex(Duration.ZERO);
        assertTrue(index.judge(List.of(candidate("a", 1, 1), candidate("a", 1, 2)))
                .duplicates()
                .isEmpty());
    }

    /** Against a plain map without generations, over random batches whose partitions lag each other. */
    @Test
    void agreesWithAPlainMap() {
        long horizon = 50 * SECOND;
        DuplicateIndex index = new DuplicateIndex(Duration.ofSeconds(50));
        Map<String, Long> accepted = new HashMap<>();
        Random random = new Random(7);
        long now = 1_000 * SECOND;
        for (int batch = 0; batch < 200; batch++) {
            List<DuplicateIndex.Candidate> candidates = new ArrayList<>();
            Map<Position, String> ids = new HashMap<>();
            for (int i = 0; i < 50; i++) {
                String id = "id" + random.nextInt(400);
                DuplicateIndex.Candidate candidate = candidate(id, now - random.nextInt(20) * SECOND, batch * 50L + i);
                candidates.add(candidate);
                ids.put(candidate.position(), id);
            }
            List<Position> expected = new ArrayList<>();
            candidates.stream()
                    .map(DuplicateIndex.Candidate::position)
                    .sorted(Position.ORDER)
                    .forEach(position -> {
                        Long known = accepted.get(ids.get(position));
                        if (known != null && Math.abs(position.appendMicros() - known) <= horizon) {
                            expected.add(position);
                        } else {
                            accepted.put(ids.get(position), position.appendMicros());
                        }
                    });
            var judgement = index.judge(candidates);
            assertEquals(expected, judgement.duplicates());
            index.record(judgement.accepted());
            now += random.nextInt(6) * SECOND;
        }
        assertTrue(index.size() < accepted.size() * 4L);
    }

    private static DuplicateIndex.Candidate candidate(String id, long appendMicros, long offset) {
        return new DuplicateIndex.Candidate(RecordId.of(id), new Position(appendMicros, "t", 0, offset));
    }
}
