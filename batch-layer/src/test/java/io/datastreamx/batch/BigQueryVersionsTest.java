package io.datastreamx.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.warehouse.WarehouseException;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nights published to the emulator by load jobs; what the views answer is held against counts of the raw log. */
class BigQueryVersionsTest {
    /** Just before midnight, so that requests and what follows them fall on two days. */
    private static final Instant START = Instant.parse("2026-11-21T23:59:50Z");

    private static final String VERSION = Sealed.versionOf(0, "n1");
    private static final List<StepName> TO_PUBLISH =
            List.of(StepName.SEAL, StepName.REBUILD, StepName.VALIDATE, StepName.PUBLISH);

    private static BigQueryEmulator emulator;

    /** The lake of a night that is validated and not published; what all tests but that of whole nights publish. */
    @TempDir
    static Path built;

    private static long builtRequests;

    private PublishedNights nights;

    @BeforeAll
    static void start() {
        emulator = BigQueryEmulator.start(PublishedNights.PROJECT, "unused");
        PublishedNights night = new PublishedNights(emulator, built);
        night.ingest(0, 200, START);
        night.run("n1", List.of(StepName.SEAL, StepName.REBUILD, StepName.VALIDATE));
        builtRequests = night.requests();
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    private void openBuilt() {
        nights = new PublishedNights(emulator, built);
    }

    private void publish() {
        nights.publish("n1");
    }

    private void bringIntoForce() {
        Versions.Entry row = new Versions.Entry(
                TestWorld.NOW,
                Versions.Action.FLIP,
                VERSION,
                0,
                "n1",
                0,
                0,
                nights.world().lake.batchState());
        nights.world().night("n1").publication().bringIntoForce(row, List.of(row));
    }

    @Test
    void aNightIsInvisibleUntilTheFlipAndARollbackBringsTheOneBeforeBack(@TempDir Path home) {
        nights = new PublishedNights(emulator, home);
        nights.ingest(0, 200, START);
        nights.run("n1", TO_PUBLISH);
        assertEquals(404, refused("SELECT * FROM " + nights.view("position")));
        nights.run("n1", List.of(StepName.FLIP));
        nights.assertKnownAnswers(nights.requests());
        nights.assertInForce("n1", 0);
        long first = nights.requests();

        nights.ingest(1, 200, START.plusSeconds(20));
        nights.run("n2", TO_PUBLISH);
        nights.assertKnownAnswers(first);
        nights.run("n2", List.of(StepName.FLIP));
        nights.assertKnownAnswers(nights.requests());
        nights.assertInForce("n2", 1);

        assertFalse(new NightRunner()
                .run(nights.world().night("back"), StepName.ROLLBACK)
                .failed());
        nights.assertKnownAnswers(first);
        nights.assertInForce("n1", 0);
        assertFalse(new NightRunner()
                .run(nights.world().night("back"), StepName.ROLLBACK)
                .failed());
        nights.assertInForce("n1", 0);
    }

    /** In Spark, since the emulator reads numbers within nested rows as text. */
    @Test
    void aRequestThatSpansMidnightHasARowOnEitherDayAndNothingIsCountedTwice() {
        openBuilt();
        Dataset<Row> opportunities = nights.world()
                .spark()
                .read()
                .format("delta")
                .load(nights.world().lake.uri(Table.AD_OPPORTUNITIES));
        long rows = opportunities.count();
        assertEquals(rows, opportunities.select("day", "request_id").distinct().count());
        assertTrue(
                rows > opportunities.select("request_id").distinct().count(),
                "some of the test's requests span midnight");
        Dataset<Row> facts = opportunities.selectExpr("day", "inline(facts)");
        assertEquals(0, facts.where("to_date(minute) <> day").count());
        Row counted = facts.agg(functions.sum("requests"), functions.sum("completed_price_micros"))
                .first();
        Row rolledUp = nights.world()
                .spark()
                .read()
                .format("delta")
                .load(nights.world().lake.uri(Table.BATCH_ROLLUPS))
                .where("rollup = 'aggregator_channel'")
                .agg(functions.sum("requests"), functions.sum("completed_price_micros"))
                .first();
        assertEquals(rolledUp, counted);
    }

    @Test
    void lostAnswersAndRepeatsChangeNothing() {
        openBuilt();
        emulator.proxy().loseAnswer(request -> request.contains("/upload/") && request.contains("rollups_"));
        emulator.proxy()
                .loseAnswer(
                        request -> request.contains("DROP TABLE IF EXISTS") && request.contains("ad_opportunities_"));
        publish();
        assertTrue(emulator.proxy().allLost());
        publish();
        emulator.proxy()
                .loseAnswer(request -> request.contains("CREATE OR REPLACE VIEW") && request.contains(".rollups`"));
        bringIntoForce();
        bringIntoForce();
        assertTrue(emulator.proxy().allLost());
        nights.assertKnownAnswers(builtRequests);
    }

    /** The process dies when the rows of the first table have arrived and those of the second have not. */
    @Test
    void aKilledPublishIsMadeUpForByTheNextTry() {
        openBuilt();
        CompletableFuture<Long> started = new CompletableFuture<>();
        emulator.proxy().loseAnswer(request -> {
            if (!request.contains("/upload/") || !request.contains("rollups_")) {
                return false;
            }
            ProcessHandle.of(started.orTimeout(1, TimeUnit.MINUTES).join())
                    .orElseThrow()
                    .destroyForcibly();
            return true;
        });
        try (JavaProcess process = JavaProcess.start(stepPublish())) {
            started.complete(process.pid());
            assertEquals(128 + 9, process.exitCode(Duration.ofMinutes(5)));
        }
        assertTrue(emulator.proxy().allLost());
        assertTrue(
                (Long) nights.value("COUNT(*)", BigQueryTables.rollups(VERSION).name(), "") > 0);
        assertEquals(
                404,
                refused("SELECT 1 FROM "
                        + nights.view(BigQueryTables.opportunities(VERSION).name())));
        publish();
        bringIntoForce();
        nights.assertKnownAnswers(builtRequests);
    }

    private JavaProcess.Launch stepPublish() {
        Map<String, String> properties = new HashMap<>(nights.properties());
        properties.put("datastreamx.kafka.bootstrap-servers", TestWorld.BROKER.bootstrapServers());
        return new JavaProcess.Launch(
                NightMain.class.getName(),
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .toList(),
                List.of(Repository.sparkJvmOptions(), "-Xmx1g", "-XX:TieredStopAtLevel=1"),
                properties,
                List.of("--step", "publish", "--run", "n1"));
    }

    /** What arrives late from an attempt that was killed is noticed before anybody can see it. */
    @Test
    void rowsThatShouldNotBeThereStopThePublication() {
        openBuilt();
        emulator.proxy().loseAnswer(request -> {
            if (!request.contains("/upload/") || !request.contains("rollups_")) {
                return false;
            }
            nights.client()
                    .query("INSERT INTO "
                            + nights.view(BigQueryTables.rollups(VERSION).name())
                            + " (day, requests) VALUES (DATE '2026-11-21', 1)");
            return true;
        });
        WarehouseException e = assertThrows(WarehouseException.class, this::publish);
        assertTrue(e.getMessage().contains("Run the step publish again"), e.getMessage());
        publish();
        bringIntoForce();
        nights.assertKnownAnswers(builtRequests);
    }

    @Test
    void aMissingDatasetIsSaidAndNothingIsAnnounced() {
        openBuilt();
        Map<String, String> properties = new HashMap<>(nights.properties());
        properties.put("datastreamx.bigquery.dataset", "nowhere");
        StepReport report = new NightRunner().run(new TestWorld(built, properties).night("n1"), StepName.PUBLISH);
        assertTrue(report.message().contains("mk --dataset test-project:nowhere"), report.message());
        assertEquals(List.of(), nights.world().lake.versions().read().entries());
    }

    private int refused(String sql) {
        try {
            nights.client().query(sql);
            return 200;
        } catch (WarehouseException e) {
            return e.getMessage().contains("not found") || e.status() == 404 ? 404 : e.status();
        }
    }
}
