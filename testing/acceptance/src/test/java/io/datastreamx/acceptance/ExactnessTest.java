package io.datastreamx.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Versions;
import io.datastreamx.verification.MergedCheck;
import io.datastreamx.verification.RecordGenerator;
import io.datastreamx.verification.Recount;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The merged answer equals an independent recount of exactly the prefix that it states: while records flow, over
 * duplicates, late and malformed records, SIGKILLs of ingest, a rebuild and its flip. And the test is shown to fail
 * when it should.
 */
class ExactnessTest {
    private static final long RECORDS = 300_000;
    private static final int PER_SECOND = 3_000;
    private static final int KILLS = 5;
    private static final int SAMPLES = 10;
    private static final Duration HORIZON = Duration.ofHours(2);

    @TempDir
    Path home;

    @Test
    void everySampleOfAnInterruptedRunEqualsTheRecount() throws Exception {
        try (ProcessStack stack = new ProcessStack(home, Map.of("datastreamx.ingest.trigger-interval", "500ms"));
                Recount recount = Recount.start(stack.bootstrapServers(), "USD", HORIZON, Duration.ofMinutes(3))) {
            PacedSender sender = new PacedSender(stack.bootstrapServers(), records(1, RECORDS), PER_SECOND);
            sender.start();
            MergedCheck check = new MergedCheck(stack.api(), recount::upTo);
            Sampler sampler = new Sampler(check);
            sampler.start();

            Random random = new Random(11);
            int kills = 0;
            int nightExit = -1;
            while (kills < KILLS || sender.isAlive()) {
                // Some progress first, then any moment: within a batch, between two of its writes, between batches.
                long counted = counted(stack);
                Polling.until(Duration.ofMinutes(5), () -> counted(stack) > counted || !sender.isAlive());
                Thread.sleep(random.nextInt(4_000));
                stack.killAndRestartIngest();
                kills++;
                if (nightExit < 0 && counted(stack) > RECORDS / 10) {
                    nightExit = stack.night("--run", "exactness");
                }
            }
            long sent = sender.finish();
            List<MergedCheck.Result> samples = sampler.stopAfter(sent);

            assertEquals(RECORDS, sent);
            samples.forEach(sample ->
                    assertTrue(sample.equal(), () -> sample.differences().toString()));
            assertTrue(samples.size() >= SAMPLES, samples.size() + " samples during the run");
            assertEquals(sent, samples.get(samples.size() - 1).read());
            assertTrue(nightExit == 0 || nightExit == 3, "the night flipped; exit code " + nightExit);
            assertTrue(check.check().equal());
            aCutThatIsOffByOneIsFound(stack, check);
        }
    }

    private static long counted(ProcessStack stack) throws Exception {
        return Polling.json(stack.api() + "/api/ledger").get("read").asLong();
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
                                Instant.now(), Versions.Action.FLIP, entry.version(), cut, entry.runId(), 0, 0));
    }

    private static MergedCheck.Result awaitCut(MergedCheck check, ProcessStack stack, long cut) throws Exception {
        Polling.until(
                Duration.ofMinutes(2),
                () -> Polling.json(stack.api() + "/api/status").get("cut").asLong() == cut);
        return check.check();
    }

    @Test
    void withoutRecognitionOfDuplicatesTheCheckFails() throws Exception {
        try (ProcessStack stack = new ProcessStack(home, Map.of("datastreamx.ingest.duplicate-horizon", "0s"));
                Recount recount = Recount.start(stack.bootstrapServers(), "USD", HORIZON, Duration.ofMinutes(3))) {
            PacedSender sender = new PacedSender(stack.bootstrapServers(), records(2, 20_000), 100_000);
            sender.start();
            long sent = sender.finish();
            MergedCheck check = new MergedCheck(stack.api(), recount::upTo);
            Polling.until(Duration.ofMinutes(5), () -> counted(stack) == sent);
            MergedCheck.Result result = check.check();
            assertFalse(result.equal(), "duplicates were counted and nobody noticed");
        }
    }

    private static RecordGenerator records(long seed, long count) {
        return new RecordGenerator(
                RecordGenerator.Options.standard(seed, count, Instant.parse("2026-11-20T10:00:00Z")));
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
