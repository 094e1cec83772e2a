package io.datastreamx.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.lake.Versions;
import io.datastreamx.verification.LogWriter;
import io.datastreamx.verification.MergedCheck;
import io.datastreamx.verification.RecordGenerator;
import io.datastreamx.verification.Recount;
import io.datastreamx.verification.Totals;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The merged answer equals an independent recount of exactly the prefix that it states: while records flow, in
 * transactions too, over retries, late and malformed records, wrong clocks and ids used again, SIGKILLs of ingest, a
 * rebuild and its flip. And the test is shown to fail when it should.
 */
class ExactnessTest {
    private static final long RECORDS = 300_000;
    private static final int PER_SECOND = 3_000;
    private static final int KILLS = 5;
    private static final int SAMPLES = 10;
    /** Shorter than the longest way from a record to its retry, so that the night finds some. */
    private static final Duration HORIZON = Duration.ofSeconds(5);

    @TempDir
    Path home;

    @Test
    void everySampleOfAnInterruptedRunEqualsTheRecount() throws Exception {
        try (ProcessStack stack = new ProcessStack(
                        home,
                        Map.of(
                                "datastreamx.ingest.trigger-interval",
                                "500ms",
                                // Else a batch after a restart would take all that has come meanwhile, and kills meet
                                // few.
                                "datastreamx.ingest.max-records-per-batch",
                                "15000",
                                // Files are merged while all else goes on.
                                "datastreamx.ingest.compact-every",
                                "2",
                                "datastreamx.ingest.duplicate-horizon",
                                HORIZON.toMillis() + "ms"));
                Recount recount = Recount.start(stack.bootstrapServers(), "USD", HORIZON, Duration.ofMinutes(3))) {
            PacedSender sender = new PacedSender(stack.bootstrapServers(), records(1, RECORDS), PER_SECOND);
            sender.start();
            MergedCheck check = new MergedCheck(stack.api(), recount::upTo);
            Sampler sampler = new Sampler(check);
            sampler.start();

            Random random = new Random(11);
            int kills = 0;
            CompletableFuture<Integer> night = null;
            while (kills < KILLS || sender.isAlive() || night == null) {
                // Some progress first, then any moment: within a batch, between two of its writes, between batches.
                long counted = counted(stack);
                boolean mustGetOn = night == null;
                Polling.until(Duration.ofMinutes(5), () -> counted(stack) > counted || !mustGetOn && !sender.isAlive());
                Thread.sleep(random.nextInt(4_000));
                stack.killAndRestartIngest();
                kills++;
                if (night == null && counted(stack) > RECORDS / 5) {
                    night = CompletableFuture.supplyAsync(() -> stack.night("--run", "exactness"));
                }
            }
            LogWriter log = sender.finish();
            long sent = log.counting();
            int nightExit = night.join();
            List<MergedCheck.Result> samples = sampler.stopAfter(sent);

            assertEquals(RECORDS, sent + log.dropped());
            samples.forEach(sample ->
                    assertTrue(sample.equal(), () -> sample.differences().toString()));
            assertTrue(samples.size() >= SAMPLES, samples.size() + " samples during the run");
            assertEquals(sent, samples.get(samples.size() - 1).read());
            assertTrue(nightExit == 0 || nightExit == 3, "the night flipped; exit code " + nightExit);
            assertTrue(check.check().equal());
            Lake lake = new Lake(stack.lakeUri());
            everyOffsetIsAccountedFor(lake, log);
            assertTrue(
                    lake.table(Table.LEDGER).follow().poll().added().size()
                            < new Ledger(lake).entries().size(),
                    "files were merged meanwhile");
            theNightRemovedWhatIngestHadForgotten(lake, recount);
            aCutThatIsOffByOneIsFound(stack, check);
            duplicatesThatIngestCountsAreFound(stack, check, sent);
        }
    }

    /** Ranges follow each other without a hole, and what held no record to count is what transactions leave behind. */
    private static void everyOffsetIsAccountedFor(Lake lake, LogWriter log) {
        Map<String, Long> ends = new HashMap<>();
        long absent = 0;
        long read = 0;
        for (LedgerEntry entry : new Ledger(lake).entries()) {
            entry.offsets().forEach((partition, range) -> {
                assertEquals(ends.getOrDefault(partition, 0L), range.start(), partition + " of batch " + entry.batch());
                ends.put(partition, range.end());
            });
            absent += entry.absent();
            read += entry.read();
            assertEquals(0, entry.lost(), "lost in batch " + entry.batch());
        }
        assertEquals(log.counting(), read);
        assertEquals(ends.values().stream().mapToLong(Long::longValue).sum(), read + absent);
        assertTrue(absent > log.aborted(), () -> "aborted records and markers: " + log.aborted());
    }

    private static void theNightRemovedWhatIngestHadForgotten(Lake lake, Recount recount) {
        Versions.Entry inForce = lake.versions().read().inForce().orElseThrow();
        Map<String, Long> seen = new HashMap<>();
        new Ledger(lake)
                .entries().stream()
                        .filter(entry -> entry.batch() <= inForce.cut())
                        .forEach(entry ->
                                entry.offsets().forEach((partition, range) -> seen.put(partition, range.end())));
        Totals totals = recount.upTo(seen, seen);
        assertEquals(totals.late(), inForce.lateDuplicates());
        assertEquals(totals.accepted() - totals.late(), inForce.events());
        assertTrue(totals.late() > 0, "the night had repeats to find");
        assertTrue(totals.grand().get("implausible_clocks") > 0, "and wrong clocks to count");
    }

    private static long counted(ProcessStack stack) throws Exception {
        return Polling.json(stack.api() + "/v1/ledger").get("read").asLong();
    }

    /** A test of the test: the same version under a cut that is one batch too far must be seen. */
    private static void aCutThatIsOffByOneIsFound(ProcessStack stack, MergedCheck check) throws Exception {
        Lake lake = new Lake(stack.lakeUri());
        Versions.Entry inForce = lake.versions().read().inForce().orElseThrow();
        long cut = inForce.cut();
        flip(lake, inForce, cut + 1, 1);
        assertFalse(
                awaitCut(check, stack, cut + 1).equal(), "a batch that is counted neither in batch nor live is missed");
        flip(lake, inForce, cut, 2);
        assertTrue(awaitCut(check, stack, cut).equal());
    }

    private static void flip(Lake lake, Versions.Entry entry, long cut, long transaction) {
        lake.versions()
                .append(
                        "test-of-the-test",
                        transaction,
                        before -> new Versions.Entry(
                                Instant.now(),
                                Versions.Action.FLIP,
                                entry.version(),
                                cut,
                                entry.runId(),
                                0,
                                0,
                                entry.tables(),
                                entry.grains()));
    }

    private static MergedCheck.Result awaitCut(MergedCheck check, ProcessStack stack, long cut) throws Exception {
        Polling.until(
                Duration.ofMinutes(2),
                () -> Polling.json(stack.api() + "/v1/status").get("cut").asLong() == cut);
        return check.check();
    }

    /** A test of the test: without recognition of duplicates the check must fail. */
    private static void duplicatesThatIngestCountsAreFound(ProcessStack stack, MergedCheck check, long before)
            throws Exception {
        stack.killAndRestartIngest(Map.of("datastreamx.ingest.duplicate-horizon", "0s"));
        PacedSender sender = new PacedSender(stack.bootstrapServers(), records(2, 10_000), 100_000);
        sender.start();
        long sent = sender.finish().counting();
        Polling.until(Duration.ofMinutes(5), () -> counted(stack) == before + sent);
        MergedCheck.Result result = check.check();
        assertFalse(result.equal(), "duplicates were counted and nobody noticed");
    }

    private static RecordGenerator records(long seed, long count) {
        return new RecordGenerator(
                RecordGenerator.Options.standard(seed, count, Instant.now().truncatedTo(ChronoUnit.SECONDS)));
    }

    /** Takes samples all the time; the first failure does not end it, so that a report shows how many were wrong. */
    private static final class Sampler extends Thread {
        private final MergedCheck check;
        private final List<MergedCheck.Result> samples = new ArrayList<>();
        private volatile long lastRead = Long.MAX_VALUE;
        private volatile RuntimeException failure;

        Sampler(MergedCheck check) {
            super("sampler");
            this.check = check;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                MergedCheck.Result sample;
                do {
                    Thread.sleep(2_000);
                    sample = check.check();
                    samples.add(sample);
                } while (sample.read() < lastRead && samples.size() < 1_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failure = e;
            }
        }

        /** Goes on until a sample covers all that was sent. */
        List<MergedCheck.Result> stopAfter(long sent) throws InterruptedException {
            lastRead = sent;
            join(Duration.ofMinutes(8).toMillis());
            if (failure != null) {
                throw failure;
            }
            return samples;
        }
    }
}
