package io.datastreamx.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.batch.StepReport.Status;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Models;
import io.datastreamx.lake.TableRow;
import io.datastreamx.lake.Versions;
import io.datastreamx.lake.WriterLease;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.training.SampleLog;
import io.datastreamx.process.ExitCode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class NightTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final int LATE = 40;

    @TempDir
    Path home;

    @Test
    void aNightDoneTwiceChangesNothingAndItsModelIsInForce() {
        TestWorld world = new TestWorld(home);
        long accepted = fill(world, 700);
        world.bootstrapPolicy();

        List<StepReport> first = new NightRunner().run(world.night("n1"));
        assertEquals(List.of(Status.DONE), statuses(first), first.toString());
        Versions.Entry active = world.lake.versions().read().inForce().orElseThrow();
        assertEquals(LATE, active.lateDuplicates());
        assertEquals(accepted - LATE, active.events());
        assertEquals(2, active.cut());

        PolicyDocument policy = policy(world);
        assertEquals("m-n1", policy.model().version());
        byte[] model = world.lake.artifacts().read(policy.model());
        new LogisticScorer(ModelDocument.read(model));
        assertEquals(4, policy.measuredEcpmMicros().size());
        assertEquals(
                List.of(Models.Action.PROMOTED),
                world.lake.models().read().list().stream()
                        .map(Models.Model::status)
                        .toList());

        List<String> before = state(world);
        List<StepReport> second = new NightRunner().run(world.night("n1"));
        assertEquals(List.of(Status.ALREADY), statuses(second), second.toString());
        assertEquals(before, state(world));
    }

    @Test
    void everyStepMayBeKilledAfterItsWorkAndIsThenDoneAgainToTheSameEnd() {
        TestWorld world = new TestWorld(home);
        fill(world, 700);
        world.bootstrapPolicy();
        for (StepName step : StepName.night()) {
            if (step == StepName.REBUILD) {
                world.lake.batchState();
                world.spark()
                        .sql(
                                "INSERT INTO delta.`" + world.lake.uri(Table.LATE_DUPLICATES)
                                        + "` (topic, partition, offset, day) VALUES ('ad-events', 0, 1, DATE'2026-11-21'), ('ad-events', 0, 1, DATE'2020-01-01')");
                world.lake.files().write(world.lake.uri(Table.BATCH_ROLLUPS) + "/part-0.parquet", new byte[] {1});
            }
            assertEquals(
                    Status.DONE, new NightRunner().run(world.night("n1"), step).status(), step.code());
            List<TableRow> versions = world.lake.table(Table.VERSIONS).rows();
            List<TableRow> models = world.lake.table(Table.MODELS).rows();
            if (step != StepName.SEAL) {
                world.lake.files().deleteFolder(world.lake.runUri("n1", step.code()));
                StepReport again = new NightRunner().run(world.night("n1"), step);
                assertEquals(Status.DONE, again.status(), again.toString());
            }
            assertEquals(
                    Status.ALREADY,
                    new NightRunner().run(world.night("n1"), step).status(),
                    step.code());
            assertEquals(versions, world.lake.table(Table.VERSIONS).rows(), step.code());
            assertEquals(models, world.lake.table(Table.MODELS).rows(), step.code());
        }
        assertEquals("n1", world.lake.versions().read().inForce().orElseThrow().runId());
        assertEquals("m-n1", policy(world).model().version());
    }

    @Test
    void opportunitiesHoldOneRowPerRequestWithWhatFollowed() {
        TestWorld world = new TestWorld(home, "127.0.0.1:9", 1_000_000);
        fill(world, 60);
        new NightRunner().run(world.night("n1"), StepName.SEAL);
        assertEquals(
                Status.DONE,
                new NightRunner().run(world.night("n1"), StepName.REBUILD).status());
        var opportunities = world.spark().read().format("delta").load(world.lake.uri(Table.AD_OPPORTUNITIES));
        assertEquals(180, opportunities.count());
        assertEquals(
                0, opportunities.where("request_time IS NULL OR status IS NULL").count());
        assertEquals(
                0,
                opportunities
                        .where("(status = 'routed') != (chosen_aggregator_id IS NOT NULL)")
                        .count());
        assertEquals(
                0,
                opportunities
                        .where("aggregate(facts, 0L, (a, f) -> a + f.requests) != 1")
                        .count());
        assertEquals(
                0,
                opportunities
                        .where(
                                "(filled_aggregator_id IS NOT NULL) != (aggregate(facts, 0L, (a, f) -> a + f.fills) = 1)")
                        .count());
        assertTrue(
                opportunities
                                .where("filled_aggregator_id != chosen_aggregator_id")
                                .count()
                        > 0,
                "some were filled by a fallback");
    }

    @Test
    void aTamperedRollupIsNamedAndNothingFlips() {
        TestWorld world = new TestWorld(home, "127.0.0.1:9", 1_000_000);
        fill(world, 60);
        new NightRunner().run(world.night("n1"), StepName.SEAL);
        new NightRunner().run(world.night("n1"), StepName.REBUILD);
        String rollups = world.lake.uri(Table.BATCH_ROLLUPS);
        world.spark()
                .sql("UPDATE delta.`" + rollups
                        + "` SET fills = fills + 1 WHERE rollup = 'aggregator_ad' AND fills > 0");
        Run run = world.night("n1").run();
        Rebuild.Result rebuilt = run.require(StepName.REBUILD, Rebuild.Result.class);
        run.finish(
                StepName.REBUILD,
                Outcome.done(new Rebuild.Result(
                        world.lake.batchState(),
                        rebuilt.rebuilt(),
                        rebuilt.restored(),
                        rebuilt.coarsened(),
                        rebuilt.grains())));

        List<StepReport> reports = new NightRunner().run(world.night("n1"));
        StepReport last = reports.get(reports.size() - 1);
        assertEquals("validate", last.step());
        assertEquals(Status.FAILED, last.status());
        assertTrue(last.message().contains("rollups (aggregator_ad): fills: expected "), last.message());
        assertFalse(last.message().contains("aggregator_channel"), last.message());
        assertEquals(ExitCode.FAILED, NightMain.exitCode(reports));
        assertTrue(world.lake.versions().read().inForce().isEmpty());
        assertEquals(
                Status.FAILED,
                new NightRunner().run(world.night("n1"), StepName.FLIP).status());
    }

    @Test
    void aFailureInLearningLeavesTheTablesInForceAndLearningIsMadeUpLater() {
        TestWorld world = new TestWorld(home, "127.0.0.1:9", 300);
        fill(world, 700);
        List<StepReport> reports = new NightRunner().run(world.night("n1"));
        assertEquals(ExitCode.LEARNING_FAILED, NightMain.exitCode(reports));
        assertEquals(
                List.of("seal", "rebuild", "validate", "publish", "flip", "train", "maintain"),
                reports.stream().map(StepReport::step).toList());
        assertEquals("n1", world.lake.versions().read().inForce().orElseThrow().runId());

        TestWorld mended = new TestWorld(home);
        mended.bootstrapPolicy();
        List<StepReport> again = new NightRunner().run(mended.night("n1"));
        assertEquals(ExitCode.OK, NightMain.exitCode(again), again.toString());
        assertEquals("m-n1", policy(mended).model().version());
    }

    @Test
    void aNightIsRefusedWhileAnotherIsUnderWayAndNothingIsBegun() throws Exception {
        TestWorld world = new TestWorld(home, "127.0.0.1:9", 1_000_000);
        world.ingest(0, new SampleLog(5).batch(0, 50, START));
        NightMain seal = CommandLine.populateCommand(new NightMain(), "--step", "seal");
        try (WriterLease other = WriterLease.acquire(
                world.lake.files(), world.lake.leaseUri("night"), "elsewhere", world.settings.lease())) {
            assertEquals(1, other.epoch());
            assertEquals(5, seal.night(world.settings, "n1"));
            assertFalse(world.lake.files().exists(world.lake.root() + "/runs/n1"));
        }
        assertEquals(0, seal.night(world.settings, "n1"));
    }

    @Test
    void tooFewResponsesMakeNoModelAndNoFailure() {
        TestWorld world = new TestWorld(home, "127.0.0.1:9", 1_000_000);
        fill(world, 20);
        List<StepReport> reports = new NightRunner().run(world.night("n1"));
        assertEquals(ExitCode.OK, NightMain.exitCode(reports));
        List<StepReport> learning = reports.stream()
                .filter(report -> StepName.ofCode(report.step()).learns())
                .toList();
        assertEquals(4, learning.size());
        learning.forEach(report -> {
            assertEquals(Status.SKIPPED, report.status());
            assertTrue(report.message().endsWith("matured decisions, at least 1,000,000 wanted"), report.message());
        });
    }

    @Test
    void refusesWhatItCannotDo() {
        TestWorld world = new TestWorld(home, "127.0.0.1:9", 1_000_000);
        assertRefused(
                world,
                "n1",
                OptionalLong.empty(),
                StepName.SEAL,
                "nothing to do: no complete ingest batch yet; is ingest running?");
        fill(world, 10);
        assertRefused(
                world,
                "n1",
                OptionalLong.of(7),
                StepName.SEAL,
                "--until 7 lies beyond the last complete ingest batch, 2");
        assertRefused(world, "n1", OptionalLong.empty(), StepName.REBUILD, "step seal of run n1 is not finished");
        new NightRunner().run(world.night("n2"));
        assertRefused(world, "n3", OptionalLong.of(1), StepName.SEAL, "use `dsx batch --rollback`");
    }

    private static void assertRefused(TestWorld world, String run, OptionalLong until, StepName step, String reason) {
        StepReport report = new NightRunner().run(world.night(run, until), step);
        assertEquals(Status.FAILED, report.status());
        assertTrue(report.message().contains(reason), report.message());
    }

    /**
     * Three batches; the last repeats events of the first, some recognised by ingest and some not. @return events
     * accepted
     */
    private static long fill(TestWorld world, int requests) {
        SampleLog log = new SampleLog(11);
        List<Row> first = log.batch(0, requests, START);
        List<Row> second = log.batch(1, requests, START.plusSeconds(requests / 10));
        List<Row> third = new ArrayList<>(log.batch(2, requests, START.plusSeconds(requests / 5)));
        long accepted = (long) first.size() + second.size() + third.size();
        int late = Math.min(LATE, first.size() / 4);
        first.subList(0, late).forEach(row -> third.add(log.again(row, 2)));
        first.subList(late, 2 * late).forEach(row -> third.add(log.flagged(row, 2)));
        world.ingest(0, first);
        world.ingest(1, second);
        world.ingest(2, third);
        return accepted + late;
    }

    private static List<Status> statuses(List<StepReport> reports) {
        return reports.stream().map(StepReport::status).distinct().toList();
    }

    private static PolicyDocument policy(TestWorld world) {
        return world.night("any").policyTopic().inForce().orElseThrow().document();
    }

    /** Everything that a second run could have touched. */
    private static List<String> state(TestWorld world) {
        return java.util.stream.Stream.of(
                        "",
                        "/batch/rollups/_delta_log",
                        "/batch/ad_opportunities/_delta_log",
                        "/batch/days/_delta_log",
                        "/runs/n1",
                        "/policies",
                        "/control",
                        "/versions/_delta_log",
                        "/models/_delta_log",
                        "/events/_delta_log",
                        "/live/_delta_log")
                .map(folder -> folder + ": " + world.lake.files().list(world.lake.root() + folder))
                .collect(Collectors.toList());
    }
}
