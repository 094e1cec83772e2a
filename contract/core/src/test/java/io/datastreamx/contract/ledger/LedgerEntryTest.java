package io.datastreamx.contract.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LedgerEntryTest {
    @Test
    void anEntryThatDoesNotBalanceCannotExist() {
        assertEquals(10, entry(7, 2, 1).read());
        assertThrows(IllegalArgumentException.class, () -> entry(7, 2, 2));
    }

    @Test
    void offsetsReadBackAsWritten() {
        LedgerEntry entry = entry(10, 0, 0);
        assertEquals("{\"ad-events-0\":[5,12],\"ad-events-1\":[0,3]}", entry.offsetsJson());
        assertEquals(entry.offsets(), LedgerEntry.offsetsFrom(entry.offsetsJson()));
    }

    private static LedgerEntry entry(long accepted, long duplicate, long quarantined) {
        return new LedgerEntry(
                3,
                "app",
                accepted,
                duplicate,
                quarantined,
                new TreeMap<>(Map.of("ad-events-0", new OffsetRange(5, 12), "ad-events-1", new OffsetRange(0, 3))),
                Optional.empty(),
                Optional.empty(),
                Instant.EPOCH);
    }
}
