package io.datastreamx.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.batch.StepReport.Status;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Versions;
import io.datastreamx.ml.training.SampleLog;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nights: rollback, retention, nights that were overtaken. Two versions are kept. */
class VersionsTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    Path home;

    @Test
    void rollbackReturnsStepByStepAndOnlyAsFarAsVersionsAreKept() {
        TestWorld world = world(4);
        for (int batch = 0; batch < 4; batch++) {
            night(world, "n" + batch, batch);
        }
        assertEquals("n3", active(world).version().replaceAll(".*-", ""));

        assertEquals(Status.DONE, rollback(world, "back").status());
        assertEquals(2, active(world).cut());
        assertEquals(Versions.Action.ROLLBACK, active(world).action());
        assertEquals(Status.ALREADY, rollback(world, "back").status());
        assertEquals(2, active(world).cut());

        StepReport tooFar = rollback(world, "back-again");
        assertEquals(Status.FAILED, tooFar.status());
        assertTrue(tooFar.message().contains("was removed by maintenance"), tooFar.message());

        night(world, "n4", 3);
        assertEquals(3, active(world).cut());
        assertEquals(Status.DONE, rollback(world, "back-to-n2").status());
        assertTrue(active(world).version().endsWith("n2"), "not to n3, which was given up");
    }

    @Test
    void aNightLeftLyingDoesNotStepBackBehindALaterOne() {
        TestWorld world = world(2);
        new NightRunner().run(world.night("slow", OptionalLong.of(0)), StepName.SEAL);
        new NightRunner().run(world.night("slow"), StepName.REBUILD);
        night(world, "fast", 1);
        List<StepReport> reports = new NightRunner().run(world.night("slow"));
        assertEquals(ExitCode.OK, NightMain.exitCode(reports), reports.toString());
        assertEquals(Status.SKIPPED, reports.get(2).status());
        assertTrue(active(world).version().endsWith("fast"));
    }

    @Test
    void compactionAndRetentionChangeNoAnswer() throws IOException {
        TestWorld world = world(4);
        night(world, "n0", 1);
        long events = read(world, Table.EVENTS);
        Path abandoned = orphan("abandoned", Duration.ofDays(8));
        Path underWay = orphan("under-way", Duration.ofDays(1));
        Maintain.Result result = new Maintain(2).maintain(world.night("n0"));
        assertEquals(List.of(), result.postponed());
        assertEquals(
                List.of("ledger", "events"),
                result.compacted().stream()
                        .filter(table -> !table.equals("live"))
                        .toList());
        assertFalse(Files.exists(abandoned), "left by a killed writer a week ago");
        assertTrue(Files.exists(underWay), "a writer may still be about to commit it");
        assertEquals(events, read(world, Table.EVENTS));
        assertEquals(List.of(2L, 3L), live(world));
        assertEquals(
                1,
                world.spark()
                        .sql("DESCRIBE DETAIL delta.`" + world.lake.uri(Table.EVENTS) + "`")
                        .first()
                        .<Long>getAs("numFiles"));
        night(world, "n1", 3);
        assertEquals(3, active(world).cut());
    }

    @Test
    void aRollbackIsAStepThatAsksTheFenceAndLeavesItsResult() {
        TestWorld world = world(2);
        night(world, "n0", 0);
        night(world, "n1", 1);
        StepReport refused =
                new NightRunner().run(world.night("back", OptionalLong.empty(), new LostAfter(0)), StepName.ROLLBACK);
        assertEquals(Status.FAILED, refused.status());
        assertTrue(refused.message().contains("another process took over"), refused.message());
        assertEquals(1, active(world).cut());
        assertEquals(ExitCode.FAILED, NightMain.exitCode(List.of(refused)));

        StepReport done = rollback(world, "back");
        assertEquals(ExitCode.OK, NightMain.exitCode(List.of(done)));
        Rollback.Result result = world.night("back").run().require(StepName.ROLLBACK, Rollback.Result.class);
        assertEquals(new Rollback.Result(active(world).version(), 0), result);
        assertEquals(0, active(world).cut());
    }

    /** The lease may be lost while a step works; what is in force is changed by its holder only. */
    @Test
    void theFenceIsAskedAgainWhereAVersionComesIntoForce() {
        TestWorld world = world(1);
        for (StepName step : List.of(StepName.SEAL, StepName.REBUILD, StepName.VALIDATE, StepName.PUBLISH)) {
            assertEquals(
                    Status.DONE, new NightRunner().run(world.night("n0"), step).status());
        }
        Night night = world.night("n0", OptionalLong.empty(), new LostAfter(1));
        assertEquals(Status.FAILED, new NightRunner().run(night, StepName.FLIP).status());
        assertTrue(world.lake.versions().read().inForce().isEmpty());
        assertEquals(
                Status.DONE,
                new NightRunner().run(world.night("n0"), StepName.FLIP).status());
    }

    /** Says once or so that all is well, then that another process took over. */
    private static final class LostAfter implements Fence {
        private int left;

        LostAfter(int checks) {
            this.left = checks;
        }

        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public void check() {
            if (left-- == 0) {
                throw new IllegalStateException("another process took over");
            }
        }
    }

    private static StepReport rollback(TestWorld world, String run) {
        return new NightRunner().run(world.night(run), StepName.ROLLBACK);
    }

    /** A file in the raw log's folder that no commit names. */
    private Path orphan(String name, Duration age) throws IOException {
        Path folder = Files.createDirectories(home.resolve("lake/" + Table.EVENTS.path() + "/data/ingest/" + name));
        Path file = Files.writeString(folder.resolve("part-0.parquet"), name);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private TestWorld world(int batches) {
        TestWorld world = new TestWorld(home, "127.0.0.1:9", 1_000_000);
        SampleLog log = new SampleLog(5);
        for (int batch = 0; batch < batches; batch++) {
            world.ingest(batch, log.batch(batch, 20, START.plusSeconds(60L * batch)));
        }
        return world;
    }

    private static void night(TestWorld world, String run, long until) {
        List<StepReport> reports = new NightRunner().run(world.night(run, OptionalLong.of(until)));
        assertEquals(ExitCode.OK, NightMain.exitCode(reports), reports.toString());
    }

    private static Versions.Entry active(TestWorld world) {
        return world.lake.versions().read().inForce().orElseThrow();
    }

    private static long read(TestWorld world, Table table) {
        return world.spark().read().format("delta").load(world.lake.uri(table)).count();
    }

    private static List<Long> live(TestWorld world) {
        SparkSession spark = world.spark();
        return spark
                .read()
                .format("delta")
                .load(world.lake.uri(Table.LIVE))
                .select("ingest_batch")
                .distinct()
                .orderBy("ingest_batch")
                .collectAsList()
                .stream()
                .map(row -> row.getLong(0))
                .toList();
    }
}
