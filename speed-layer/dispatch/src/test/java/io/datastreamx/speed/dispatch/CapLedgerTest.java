package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.speed.dispatch.CapLedger.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class CapLedgerTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final AtomicLong nanos = new AtomicLong();

    private CapLedger ledger(int partitions) {
        CapLedger ledger = new CapLedger(nanos::get);
        ledger.counted(ledger.begin(partitions));
        return ledger;
    }

    private static int partition(String requestId, int partitions) {
        return Utils.toPositive(Utils.murmur2(requestId.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    private static Optional<NotAsked> reserve(CapLedger ledger, Limits limits, String request, Instant at) {
        return ledger.reserve("a", limits, request, partition(request, ledger.partitions()), at);
    }

    /** Requests whose reservation was granted, of so many. */
    private static List<String> granted(CapLedger ledger, Limits limits, String prefix, int requests, Instant at) {
        List<String> granted = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            if (reserve(ledger, limits, prefix + i, at).isEmpty()) {
                granted.add(prefix + i);
            }
        }
        return granted;
    }

    @Test
    void sharesAddUpToTheCap() {
        for (int partitions = 1; partitions <= 7; partitions++) {
            for (long cap : new long[] {1, 2, 5, 100, 101}) {
                CapLedger ledger = ledger(partitions);
                assertEquals(
                        cap,
                        granted(ledger, new Limits(cap, 0), "r", 1_500, NOON).size(),
                        partitions + " of " + cap);
            }
        }
        CapLedger ledger = ledger(3);
        assertEquals(Optional.empty(), reserve(ledger, new Limits(Long.MAX_VALUE, 0), "r", NOON));
        assertEquals(Optional.empty(), reserve(ledger, Limits.NONE, "r", NOON));
    }

    @Test
    void whatIsGivenBackCanBeTakenAgainAndAFillCannot() {
        CapLedger ledger = ledger(1);
        Limits limits = new Limits(2, 0);
        assertEquals(2, granted(ledger, limits, "r", 9, NOON).size());
        ledger.giveBack("a", "r0");
        ledger.giveBack("a", "r0");
        assertEquals(1, granted(ledger, limits, "s", 9, NOON).size());
        ledger.filled("a", "r1", NOON);
        ledger.filled("a", "r1", NOON);
        ledger.giveBack("a", "r1");
        assertEquals(Optional.of(NotAsked.CAP), reserve(ledger, limits, "t", NOON));
        assertFalse(ledger.isSpent("a", limits, NOON), "one is reserved and may come back");
        ledger.filled("a", "s0", NOON);
        assertTrue(ledger.isSpent("a", limits, NOON));
        assertEquals(
                Optional.empty(),
                reserve(ledger, limits, "t", NOON.plus(Duration.ofDays(1))),
                "another day, another cap");
    }

    @Test
    void anHourTakesNoMoreThanItsShare() {
        CapLedger ledger = ledger(2);
        Limits limits = new Limits(25, 10);
        List<String> first = granted(ledger, limits, "r", 200, NOON);
        assertEquals(10, first.size());
        assertEquals(Optional.of(NotAsked.PACING), reserve(ledger, limits, "t", NOON));
        first.forEach(request -> ledger.filled("a", request, NOON));
        assertTrue(ledger.isSpent("a", limits, NOON));
        Instant next = NOON.plus(Duration.ofHours(1));
        assertFalse(ledger.isSpent("a", limits, next));
        assertEquals(10, granted(ledger, limits, "s", 200, next).size());
        Instant third = next.plus(Duration.ofHours(1));
        ledger.forgetBefore(third);
        assertEquals(5, granted(ledger, limits, "u", 200, third).size(), "the cap of the day stands");
    }

    @Test
    void nobodyWithACapIsAskedBeforeFillsAreCountedOrForADecisionInAnotherPartition() {
        CapLedger ledger = new CapLedger(nanos::get);
        Limits limits = new Limits(5, 0);
        long first = ledger.begin(2);
        assertEquals(Optional.of(NotAsked.CAP_NOT_COUNTED), reserve(ledger, limits, "r", NOON));
        assertEquals(Optional.empty(), reserve(ledger, Limits.NONE, "r", NOON));
        long second = ledger.begin(2);
        ledger.filledBefore(first, "a", "old", NOON);
        ledger.counted(first);
        assertFalse(ledger.isCounted());
        ledger.counted(second);
        assertEquals(5, granted(ledger, limits, "r", 100, NOON).size(), "a count that was given up counts nothing");
        assertEquals(
                Optional.of(NotAsked.CAP_NOT_COUNTED), ledger.reserve("b", limits, "r", 1 - partition("r", 2), NOON));
    }

    /** However fills lie under the new partitions: those that have more than their share take it from the others. */
    @Test
    void aCapHoldsOverAddedPartitionsAndAfterItWasLowered() {
        Random random = new Random(5);
        for (int run = 0; run < 50; run++) {
            nanos.set(0);
            CapLedger ledger = ledger(2);
            int cap = 20 + random.nextInt(100);
            List<String> before = granted(ledger, new Limits(cap, 0), "r", random.nextInt(2 * cap), NOON);
            before.forEach(request -> ledger.filled("a", request, NOON));
            int partitions = 3 + random.nextInt(6);
            long count = ledger.begin(partitions);
            before.forEach(request -> ledger.filledBefore(count, "a", request, NOON));
            ledger.counted(count);
            Limits limits = new Limits(cap - random.nextInt(5), 0);
            assertEquals(
                    Optional.of(NotAsked.CAP_NOT_COUNTED),
                    reserve(ledger, limits, "at once", NOON),
                    "others may still count by the old shares");
            nanos.addAndGet(Duration.ofSeconds(11).toNanos());
            int all = before.size() + granted(ledger, limits, "s", 3_000, NOON).size();
            assertTrue(all <= Math.max(limits.day(), before.size()), all + " fills of " + limits);
        }
    }
}
