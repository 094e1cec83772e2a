package io.datastreamx.acceptance.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.testing.GcsEmulator;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.verification.MergedCheck;
import io.datastreamx.verification.Recount;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ingest, a night and serving as real processes, with the lake and the checkpoint on {@code gs:} and all of it
 * published to BigQuery. Writers are killed, refused, halted and woken, and ended by their own limit; the merged
 * answers from the lake and from BigQuery still equal the independent recount of what was sent.
 */
class LakeOnGcsTest {
    private static final int LOT = 4_000;

    @TempDir
    Path home;

    @Test
    void theMergedAnswerStaysExactThroughAllThatCanHappenToAStream() throws Exception {
        try (GcsEmulator gcs = GcsEmulator.start();
                BigQueryEmulator bigQuery = BigQueryEmulator.start("test-project", "ads")) {
            gcs.createBucket("lambda");
            try (GcsStack stack = new GcsStack(home, gcs, "lambda", 4L * LOT);
                    Recount recount = Recount.start(
                            stack.bootstrapServers(), "USD", Duration.ofHours(2), Duration.ofSeconds(120))) {
                URI fromBigQuery = stack.publishTo(bigQuery, "test-project", "ads");

                stack.send(LOT);
                JavaProcess limited = stack.ingest("ingest.max-runtime", "20s");
                assertEquals(0, limited.exitCode(GcsStack.LIMIT), "max-runtime ends in order");

                JavaProcess killed = stack.ingest();
                stack.sendAndAwaitProgress(LOT);
                killed.kill();

                JavaProcess halted = stack.ingest();
                halted.awaitLine("READY ingest", GcsStack.LIMIT);
                aSecondWriterIsRefused(stack, halted);
                aWriterThatWaitsCanBeStopped(stack, halted);
                stack.sendAndAwaitProgress(LOT);
                signal(halted, "STOP");
                JavaProcess successor = stack.ingest("lease.max-wait", "120s");
                stack.awaitCounted(stack.sent());
                signal(halted, "CONT");
                assertEquals(5, halted.exitCode(GcsStack.LIMIT), "the woken writer is fenced");

                JavaProcess night = stack.night("gcs");
                stack.send(LOT);
                int nightExit = night.exitCode(GcsStack.LIMIT);
                assertTrue(nightExit == 0 || nightExit == 3, () -> night.stdout() + night.stderr());
                stack.awaitCounted(stack.sent());

                GcsStack.until(() -> stack.get("/v1/status").get("cut").asLong() >= 0);
                assertExact(stack.api(), recount, stack.sent());
                eventsAreReadFromGcsToo(stack);
                JsonNode expected = stack.get("/v1/ledger?last=5");
                GcsStack.until(() -> expected.equals(GcsStack.get(fromBigQuery, "/v1/ledger?last=5")));
                assertEquals(
                        stack.get("/v1/status").get("version"),
                        GcsStack.get(fromBigQuery, "/v1/status").get("version"));
                assertExact(fromBigQuery, recount, stack.sent());
                assertEquals(0, successor.terminate(), () -> successor.stdout() + successor.stderr());
            }
        }
    }

    private static void assertExact(URI api, Recount recount, long sent) {
        MergedCheck.Result result = new MergedCheck(api, recount::upTo).check();
        assertTrue(result.equal(), () -> result.differences().toString());
        assertEquals(sent, result.read());
    }

    /** No rollup has both dimensions, so this one reads opportunities of the night and the raw log after it. */
    private static void eventsAreReadFromGcsToo(GcsStack stack) throws Exception {
        JsonNode events = stack.get("/v1/reports?by=last_ad_id,region&measures=impressions");
        assertTrue(events.get("source").asText().startsWith("events"), events::toString);
        assertEquals(sum(stack.get("/v1/reports?by=ad_id&measures=impressions")), sum(events));
    }

    private static long sum(JsonNode report) {
        long sum = 0;
        for (JsonNode row : report.get("rows")) {
            sum += row.get("impressions").asLong();
        }
        return sum;
    }

    private static void aSecondWriterIsRefused(GcsStack stack, JavaProcess holder) {
        JavaProcess second = stack.ingest();
        assertEquals(5, second.exitCode(GcsStack.LIMIT));
        assertTrue(second.stderr().contains("another process writes here: pid " + holder.pid()), second.stderr());
    }

    private static void aWriterThatWaitsCanBeStopped(GcsStack stack, JavaProcess holder) throws Exception {
        JavaProcess waiting = stack.ingest("lease.max-wait", "1h");
        GcsStack.until(() -> waiting.stderr().contains("waiting up to PT1H")
                || waiting.stdout().contains("waiting up to PT1H"));
        assertEquals(0, waiting.terminate(), "it ends in order, without its turn");
        assertTrue(holder.isAlive());
    }

    private static void signal(JavaProcess process, String name) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, "" + process.pid())
                        .start()
                        .waitFor());
    }
}
