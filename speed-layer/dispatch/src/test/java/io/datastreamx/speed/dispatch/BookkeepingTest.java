package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BookkeepingTest {

    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    @Test
    void onlyWhatLiesBelowTheFirstUnfinishedRecordIsCommitted() {
        OffsetTracker offsets = new OffsetTracker();
        for (long offset : new long[] {10, 11, 12, 15}) {
            offsets.begin(PARTITION, offset);
        }
        offsets.done(PARTITION, 11);
        assertEquals(Map.of(PARTITION, new OffsetAndMetadata(10)), offsets.committable());
        offsets.done(PARTITION, 10);
        assertEquals(Map.of(PARTITION, new OffsetAndMetadata(12)), offsets.committable());
        offsets.done(PARTITION, 15);
        offsets.done(PARTITION, 12);
        assertEquals(Map.of(PARTITION, new OffsetAndMetadata(16)), offsets.committable());
        offsets.forget(Set.of(PARTITION));
        offsets.done(PARTITION, 16);
        assertEquals(Map.of(), offsets.committable());
    }

    @Test
    void aRequestIsRememberedUntilItsDeadline() {
        SeenRequests seen = new SeenRequests(10);
        assertTrue(seen.add("a", 100, 0));
        assertFalse(seen.add("a", 100, 100));
        assertTrue(seen.add("b", 300, 101));
        assertEquals(1, seen.size());
    }

    @Test
    void memoryIsBoundedAndWhatExpiresSoonestGoesFirst() {
        SeenRequests seen = new SeenRequests(2);
        seen.add("late", 300, 0);
        seen.add("soon", 100, 0);
        seen.add("middle", 200, 0);
        assertEquals(2, seen.size());
        assertFalse(seen.add("late", 300, 0));
        assertTrue(seen.add("soon", 100, 0));
    }
}
