package io.datastreamx.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.LeaseSettings;
import io.datastreamx.testing.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules of a lease under a clock that the test moves. Processes that are killed and halted are in
 * testing/acceptance-gcs.
 */
class WriterLeaseTest {
    private static final LeaseSettings AT_ONCE = new LeaseSettings(Duration.ofSeconds(30), Duration.ZERO);
    private static final LeaseSettings PATIENT = new LeaseSettings(Duration.ofSeconds(30), Duration.ofMinutes(2));

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T00:00:00Z"));

    @TempDir
    Path folder;

    private LakeFiles files;
    private String uri;

    @BeforeEach
    void open() {
        files = new Lake("file://" + folder).files();
        uri = "file://" + folder + "/leases/test";
    }

    @Test
    void aSecondWriterIsRefusedWithTheHoldersNameAndTheEnd() throws Exception {
        WriterLease first = acquire(AT_ONCE);
        assertEquals(1, first.epoch());
        LeaseHeldException refusal = assertThrows(LeaseHeldException.class, () -> acquire(AT_ONCE));
        assertTrue(
                refusal.getMessage().contains("pid " + ProcessHandle.current().pid()), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("home here"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("ends at 2026-11-20T00:00:30Z"), refusal.getMessage());
        first.check();
    }

    @Test
    void anExpiredLeaseIsTakenOverAndTheOldHolderIsFenced() throws Exception {
        WriterLease first = acquire(AT_ONCE);
        clock.advance(Duration.ofSeconds(30));
        first.check();
        WriterLease second = acquire(AT_ONCE);
        assertEquals(2, second.epoch());
        LeaseLostException lost = assertThrows(LeaseLostException.class, first::check);
        assertTrue(lost.getMessage().contains("epoch 2"), lost.getMessage());
        assertThrows(LeaseLostException.class, first::renew);
        first.close();
        second.check();
        assertThrows(LeaseHeldException.class, () -> acquire(AT_ONCE), "what the fenced one did frees nothing");
    }

    @Test
    void aRenewedLeaseDoesNotExpire() throws Exception {
        WriterLease first = acquire(AT_ONCE);
        clock.advance(Duration.ofSeconds(29));
        first.renew();
        clock.advance(Duration.ofSeconds(29));
        assertThrows(LeaseHeldException.class, () -> acquire(AT_ONCE));
    }

    @Test
    void aLeaseThatWasGivenUpIsFreeAtOnce() throws Exception {
        acquire(AT_ONCE).close();
        assertEquals(2, acquire(AT_ONCE).epoch());
    }

    @Test
    void whoMayWaitWaitsUntilTheLeaseEnds() throws Exception {
        acquire(AT_ONCE);
        Instant start = clock.instant();
        assertEquals(2, acquire(PATIENT).epoch());
        assertEquals(Duration.ofSeconds(30), Duration.between(start, clock.instant()));
    }

    @Test
    void whoMayWaitIsRefusedAtTheEndOfItsPatience() throws Exception {
        WriterLease holder = acquire(AT_ONCE);
        Instant start = clock.instant();
        assertThrows(
                LeaseHeldException.class,
                () -> WriterLease.acquire(files, uri, "here", PATIENT, clock, duration -> {
                    clock.advance(duration);
                    holder.renew();
                }));
        assertEquals(Duration.ofMinutes(2), Duration.between(start, clock.instant()));
    }

    @Test
    void ofEightThatStartAtOnceOneHoldsIt() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> running = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            running.add(pool.submit(() -> {
                start.await();
                try {
                    acquire(AT_ONCE);
                    return true;
                } catch (LeaseHeldException e) {
                    return false;
                }
            }));
        }
        start.countDown();
        int holders = 0;
        for (Future<Boolean> held : running) {
            holders += held.get() ? 1 : 0;
        }
        pool.shutdown();
        assertEquals(1, holders);
    }

    @Test
    void oldEpochsGoAndAHolderFromThenIsFencedStill() throws Exception {
        WriterLease old = acquire(AT_ONCE);
        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.ofSeconds(30));
            acquire(AT_ONCE);
        }
        assertTrue(files.list(uri).size() < 10, () -> files.list(uri).toString());
        assertThrows(LeaseLostException.class, old::check);
        assertTrue(old.isLost());
    }

    @Test
    void aDeadProcessIsKnownOnlyWhereItsPidMeansSomething() {
        ProcessIdentity self = ProcessIdentity.current();
        assertFalse(self.isKnownToBeGone(self));
        ProcessIdentity before = new ProcessIdentity(self.host(), self.pidSpace(), self.pid(), self.startTicks() - 1);
        assertTrue(before.isKnownToBeGone(self), "its pid was given to another process");
        ProcessIdentity elsewhere = new ProcessIdentity(self.host(), "another boot", self.pid(), 0);
        assertFalse(elsewhere.isKnownToBeGone(self));
        ProcessIdentity unknown = new ProcessIdentity(self.host(), "", 1, 0);
        assertFalse(unknown.isKnownToBeGone(unknown));
    }

    private WriterLease acquire(LeaseSettings terms) throws InterruptedException {
        return WriterLease.acquire(files, uri, "here", terms, clock, clock::advance);
    }
}
