package io.datastreamx.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions;
import io.datastreamx.ml.training.SampleLog;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.warehouse.BigQueryClient;
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
    private static final String PROJECT = "test-project";
    /** Just before midnight, so that requests and what follows them fall on two days. */
    private static final Instant START = Instant.parse("2026-11-21T23:59:50Z");

    private static final String VERSION = Sealed.versionOf(0, "n1");
    private static final List<StepName> TO_PUBLISH =
            List.of(StepName.SEAL, StepName.REBUILD, StepName.VALIDATE, StepName.PUBLISH);

    private static BigQueryEmulator emulator;
    private static int datasets;

    /** The lake of a night that is validated and not published; what all tests but that of whole nights publish. */
    @TempDir
    static Path built;

    private static long builtRequests;

    private final Map<String, String> bigquery = new HashMap<>();
    private final SampleLog log = new SampleLog(5);
    private TestWorld world;
    private BigQueryClient client;
    private long requests;

    @BeforeAll
    static void start() {
        emulator = BigQueryEmulator.start(PROJECT, "unused");
        BigQueryVersionsTest night = new BigQueryVersionsTest();
        night.open(built);
        night.ingest(0);
        night.run("n1", List.of(StepName.SEAL, StepName.REBUILD, StepName.VALIDATE));
        builtRequests = night.requests;
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    /** A dataset of the test's own. */
    private void open(Path home) {
        String dataset = "night" + datasets++;
        emulator.createDataset(PROJECT, dataset);
        bigquery.put("datastreamx.home", home.toString());
        bigquery.put("datastreamx.bigquery.project", PROJECT);
        bigquery.put("datastreamx.bigquery.dataset", dataset);
        bigquery.put("datastreamx.bigquery.endpoint", emulator.proxy().url());
        bigquery.put("datastreamx.bigquery.access-token", "dummy");
        bigquery.put("datastreamx.bigquery.write", "load-job");
        world = new TestWorld(home, bigquery);
        client = new BigQueryClient(world.settings.bigquery());
    }

    private void openBuilt() {
        open(built);
        requests = builtRequests;
    }

    private void publish() {
        world.night("n1").publication().publish(world.night("n1"));
    }

    private void bringIntoForce() {
        Versions.Entry row = new Versions.Entry(
                TestWorld.NOW, Versions.Action.FLIP, VERSION, 0, "n1", 0, 0, world.lake.batchState());
        world.night("n1").publication().bringIntoForce(row, List.of(row));
    }

    private void ingest(long batch) {
        List<Row> rows = log.batch(batch, 200, START.plusSeconds(20 * batch));
        int type = Table.EVENTS.columnNames().indexOf("event_type");
        requests +=
                rows.stream().filter(row -> row.get(type).equals("ad_request")).count();
        world.ingest(batch, rows);
    }

    private void run(String run, List<StepName> steps) {
        for (StepName step : steps) {
            StepReport report = new NightRunner().run(world.night(run), step);
            assertFalse(report.failed(), report.toString());
        }
    }

    private String view(String name) {
        BigQuerySettings settings = world.settings.bigquery();
        return "`" + settings.project() + "." + settings.dataset() + "." + name + "`";
    }

    private Object value(String column, String from, String where) {
        return client.query("SELECT " + column + " AS v FROM " + view(from) + " WHERE day >= '2026-11-01' " + where)
                .get(0)
                .get("v");
    }

    private void assertInForce(String run, long cut) {
        assertEquals(
                Sealed.versionOf(cut, run),
                client.query("SELECT version FROM " + view("position")).get(0).get("version"));
    }

    private void assertKnownAnswers(long expected) {
        for (String rollup : List.of(
                "aggregator_channel", "aggregator_region_device_model", "aggregator_ad", "previous_channel_channel")) {
            assertEquals(
                    expected,
                    value("SUM(requests)", "rollups", "AND `rollup` = '" + rollup + "' AND side = 'batch'"),
                    rollup);
            assertEquals(expected, value("SUM(requests)", rollup + "_by_day", ""), rollup);
        }
        String version = (String)
                client.query("SELECT version FROM " + view("position")).get(0).get("version");
        String opportunities = BigQueryTables.opportunities(version).name();
        assertEquals(expected, value("COUNT(DISTINCT request_id)", opportunities, ""));
    }

    @Test
    void aNightIsInvisibleUntilTheFlipAndARollbackBringsTheOneBeforeBack(@TempDir Path home) {
        open(home);
        ingest(0);
        run("n1", TO_PUBLISH);
        assertEquals(404, refused("SELECT * FROM " + view("position")));
        run("n1", List.of(StepName.FLIP));
        assertKnownAnswers(requests);
        assertInForce("n1", 0);
        long first = requests;

        ingest(1);
        run("n2", TO_PUBLISH);
        assertKnownAnswers(first);
        run("n2", List.of(StepName.FLIP));
        assertKnownAnswers(requests);
        assertInForce("n2", 1);

        assertFalse(
                new NightRunner().run(world.night("back"), StepName.ROLLBACK).failed());
        assertKnownAnswers(first);
        assertInForce("n1", 0);
        assertFalse(
                new NightRunner().run(world.night("back"), StepName.ROLLBACK).failed());
        assertInForce("n1", 0);
    }

    /** In Spark, since the emulator reads numbers within nested rows as text. */
    @Test
    void aRequestThatSpansMidnightHasARowOnEitherDayAndNothingIsCountedTwice() {
        openBuilt();
        Dataset<Row> opportunities = world.spark().read().format("delta").load(world.lake.uri(Table.AD_OPPORTUNITIES));
        long rows = opportunities.count();
        assertEquals(rows, opportunities.select("day", "request_id").distinct().count());
        assertTrue(
                rows > opportunities.select("request_id").distinct().count(),
                "some of the test's requests span midnight");
        Dataset<Row> facts = opportunities.selectExpr("day", "inline(facts)");
        assertEquals(0, facts.where("to_date(minute) <> day").count());
        Row counted = facts.agg(functions.sum("requests"), functions.sum("completed_price_micros"))
                .first();
        Row rolledUp = world.spark()
                .read()
                .format("delta")
                .load(world.lake.uri(Table.BATCH_ROLLUPS))
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
        assertKnownAnswers(requests);
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
        assertTrue((Long) value("COUNT(*)", BigQueryTables.rollups(VERSION).name(), "") > 0);
        assertEquals(0L, value("COUNT(*)", BigQueryTables.opportunities(VERSION).name(), ""));
        publish();
        bringIntoForce();
        assertKnownAnswers(requests);
    }

    private JavaProcess.Launch stepPublish() {
        Map<String, String> properties = new HashMap<>(bigquery);
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
            client.query("INSERT INTO " + view(BigQueryTables.rollups(VERSION).name())
                    + " (day, requests) VALUES (DATE '2026-11-21', 1)");
            return true;
        });
        WarehouseException e = assertThrows(WarehouseException.class, this::publish);
        assertTrue(e.getMessage().contains("Run the step publish again"), e.getMessage());
        publish();
        bringIntoForce();
        assertKnownAnswers(requests);
    }

    @Test
    void aMissingDatasetIsSaidAndNothingIsAnnounced() {
        openBuilt();
        bigquery.put("datastreamx.bigquery.dataset", "nowhere");
        world = new TestWorld(built, bigquery);
        StepReport report = new NightRunner().run(world.night("n1"), StepName.PUBLISH);
        assertTrue(report.message().contains("mk --dataset test-project:nowhere"), report.message());
        assertEquals(List.of(), world.lake.versions().read().entries());
    }

    private int refused(String sql) {
        try {
            client.query(sql);
            return 200;
        } catch (WarehouseException e) {
            return e.getMessage().contains("not found") || e.status() == 404 ? 404 : e.status();
        }
    }
}
