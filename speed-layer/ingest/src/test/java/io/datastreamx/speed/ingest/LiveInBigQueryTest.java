package io.datastreamx.speed.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.bigquery.InForce;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Ledger;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.WarehouseException;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ingest hands over to BigQuery (the emulator, by load jobs): its merged views against sums of the lake's own rows. */
class LiveInBigQueryTest {
    private static final String PROJECT = "test-project";
    private static BigQueryEmulator emulator;
    private static int datasets;

    @TempDir
    Path home;

    private IngestWorld world;
    private BigQueryClient client;
    private Warehouse warehouse;
    private int sent;

    @BeforeAll
    static void startEmulator() {
        emulator = BigQueryEmulator.start(PROJECT, "unused");
    }

    @AfterAll
    static void stopEmulator() {
        emulator.close();
    }

    @BeforeEach
    void start() throws Exception {
        String dataset = "live" + datasets++;
        emulator.createDataset(PROJECT, dataset);
        world = new IngestWorld(home);
        world.values.putAll(Map.of(
                "datastreamx.bigquery.project",
                PROJECT,
                "datastreamx.bigquery.dataset",
                dataset,
                "datastreamx.bigquery.endpoint",
                emulator.proxy().url(),
                "datastreamx.bigquery.access-token",
                "dummy",
                "datastreamx.bigquery.write",
                "load-job",
                "datastreamx.bigquery.live-interval",
                "200ms"));
        client = new BigQueryClient(world.settings().bigquery());
        warehouse = new Warehouse(world.settings().bigquery(), client);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    /** A tune-in, the same once more, a heartbeat, a request, a record that is none. */
    private void send() throws Exception {
        String id = "e" + sent;
        world.send("tuning-events", "box-1", IngestWorld.tuning(id, "tune_in", ""));
        world.send("tuning-events", "box-1", IngestWorld.tuning(id, "tune_in", ""));
        world.send("tuning-events", "box-1", IngestWorld.tuning(id + "h", "heartbeat", ",\"duration_s\":60"));
        world.send(
                "ad-requests",
                "r" + id,
                IngestWorld.tuning(id + "r", "ad_request", ",\"request_id\":\"r" + id + "\",\"tmax_ms\":200"));
        world.send("ad-events", "box-1", "{not json");
        sent += 5;
    }

    private boolean handedOver() {
        long last = new Ledger(world.lake()).last().map(LedgerEntry::batch).orElse(-1L);
        try {
            return last >= 0 && warehouse.lastLiveBatch() == last;
        } catch (WarehouseException notYet) {
            return false;
        }
    }

    private void ingestAndHandOver() throws Exception {
        world.ingestUntil(sent, this::handedOver);
        assertTrue(handedOver(), "not handed over");
    }

    private String quoted(String table) {
        return warehouse.dataset().quoted(table);
    }

    private List<Map<String, Object>> ledgerInBigQuery() {
        return client.query("SELECT * FROM " + quoted("ledger") + " WHERE ingest_batch >= 0 ORDER BY ingest_batch");
    }

    /** The merged view by rollup, and the ledger, against the lake's own. */
    private void assertSameAsTheLake(long requests) {
        Map<String, List<Object>> expected = new TreeMap<>();
        List<String> measures =
                Arrays.stream(Measure.values()).map(Measure::column).toList();
        for (Row row : world.table(Table.LIVE)
                .groupBy("rollup")
                .agg(
                        functions.count("*"),
                        measures.stream().map(functions::sum).toArray(org.apache.spark.sql.Column[]::new))
                .collectAsList()) {
            expected.put(
                    row.getString(0),
                    Arrays.asList(java.util.stream.IntStream.range(1, row.length())
                            .mapToObj(row::get)
                            .toArray()));
        }
        Map<String, List<Object>> got = new TreeMap<>();
        String sums = String.join(
                ", ", measures.stream().map(m -> "SUM(" + m + ") AS " + m).toList());
        client.query("SELECT `rollup`, COUNT(*) AS n, " + sums + " FROM " + quoted("rollups")
                        + " WHERE day >= '2026-11-01' GROUP BY 1")
                .forEach(row -> {
                    String rollup = (String) row.remove("rollup");
                    got.put(rollup, List.copyOf(row.values()));
                });
        assertEquals(expected, got);
        assertEquals(requests, got.get("aggregator_channel").get(1));
        assertEquals(
                requests,
                client.query("SELECT SUM(requests) AS n FROM " + quoted("ad_opportunities")
                                + " WHERE day >= '2026-11-01' AND channel_id = 'news'")
                        .get(0)
                        .get("n"));
        List<LedgerEntry> lake = new Ledger(world.lake()).entries();
        List<Map<String, Object>> ledger = ledgerInBigQuery();
        assertEquals(
                lake.stream().map(LiveInBigQueryTest::facts).toList(),
                ledger.stream().map(LiveInBigQueryTest::facts).toList());
    }

    private static List<Object> facts(LedgerEntry entry) {
        return List.of(
                entry.batch(),
                entry.appId(),
                entry.read(),
                entry.accepted(),
                entry.duplicate(),
                entry.quarantined(),
                entry.offsetsJson(),
                entry.maxAppendTime().orElseThrow(),
                entry.completedAt().truncatedTo(java.time.temporal.ChronoUnit.MICROS));
    }

    private static List<Object> facts(Map<String, Object> row) {
        return List.of(
                row.get("ingest_batch"),
                row.get("app_id"),
                row.get("records_read"),
                row.get("accepted"),
                row.get("duplicate"),
                row.get("quarantined"),
                row.get("offsets"),
                row.get("max_append_time"),
                row.get("completed_at"));
    }

    @Test
    void completeBatchesAreCountedOnceThroughLostAnswersAndRestarts() throws Exception {
        send();
        ingestAndHandOver();
        assertSameAsTheLake(1);
        assertEquals(
                List.of(4L, 1L),
                List.copyOf(client.query("SELECT COUNT(*) AS n, COUNTIF(duplicate) AS d FROM " + quoted("events")
                                + " WHERE ingest_batch >= 0")
                        .get(0)
                        .values()));

        for (String table : List.of("events", "live", "ledger")) {
            emulator.proxy()
                    .loseAnswer(request -> request.contains("/upload/")
                            && request.contains("\"" + table + "\"")
                            && request.contains("\"" + warehouse.dataset().name() + "\""));
        }
        send();
        ingestAndHandOver();
        assertTrue(emulator.proxy().allLost());
        assertSameAsTheLake(2);
    }

    @Test
    void anOutageHoldsNothingBackAndIsMadeUpFor() throws Exception {
        world.values.put("datastreamx.bigquery.endpoint", "http://127.0.0.1:1");
        send();
        world.ingestUntil(sent);
        send();
        world.ingestUntil(sent);
        world.values.put("datastreamx.bigquery.endpoint", emulator.proxy().url());
        send();
        ingestAndHandOver();
        assertSameAsTheLake(3);
    }

    /** Killed after the live rows arrived and before the ledger named them. */
    @Test
    void aKilledHandOverIsDoneAnewAndWhatItLeftIsNotCounted() throws Exception {
        send();
        CompletableFuture<Long> pid = new CompletableFuture<>();
        emulator.proxy().loseAnswer(request -> {
            if (!request.contains("/upload/") || !request.contains("\"live\"")) {
                return false;
            }
            ProcessHandle.of(pid.orTimeout(1, TimeUnit.MINUTES).join())
                    .orElseThrow()
                    .destroyForcibly();
            return true;
        });
        try (JavaProcess process = JavaProcess.start(ingest())) {
            pid.complete(process.pid());
            assertEquals(128 + 9, process.exitCode(Duration.ofMinutes(5)));
        }
        assertEquals(List.of(), ledgerInBigQuery());
        assertEquals(
                0L,
                client.query("SELECT COUNT(*) AS n FROM " + quoted("rollups") + " WHERE day >= '2026-11-01'")
                        .get(0)
                        .get("n"));
        ingestAndHandOver();
        assertSameAsTheLake(1);
        assertEquals(
                2L,
                client.query("SELECT COUNT(DISTINCT write_id) AS n FROM " + quoted("live") + " WHERE ingest_batch >= 0")
                        .get(0)
                        .get("n"));
    }

    private JavaProcess.Launch ingest() {
        Map<String, String> properties = new HashMap<>();
        world.values.forEach((name, value) -> properties.put(name, value.toString()));
        return new JavaProcess.Launch(
                IngestMain.class.getName(),
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .toList(),
                List.of(Repository.sparkJvmOptions(), "-Xmx1g", "-XX:TieredStopAtLevel=1"),
                properties,
                List.of());
    }

    @Test
    void turnedOnLaterItStartsAfterTheVersionInForceAndRefusesAnOlderOne() throws Exception {
        String project = (String) world.values.put("datastreamx.bigquery.project", "");
        send();
        world.ingestUntil(sent);
        send();
        world.ingestUntil(sent);
        long cut = new Ledger(world.lake()).last().orElseThrow().batch();
        inForce("v1", cut);
        world.values.put("datastreamx.bigquery.project", project);
        send();
        ingestAndHandOver();

        warehouse.begin("v1");
        warehouse.bringIntoForce(InForce.of("v1", cut), List.of("v1"));
        assertEquals(
                1L,
                client.query("SELECT SUM(requests) AS n FROM " + quoted("rollups")
                                + " WHERE day >= '2026-11-01' AND `rollup` = 'aggregator_channel'")
                        .get(0)
                        .get("n"));
        assertEquals(
                new Ledger(world.lake()).entries().size(), ledgerInBigQuery().size());
        warehouse.begin("v0");
        WarehouseException refused = assertThrows(
                WarehouseException.class, () -> warehouse.bringIntoForce(InForce.of("v0", cut - 1), List.of("v0")));
        assertTrue(refused.getMessage().contains("before BigQuery was turned on"), refused.getMessage());
        assertEquals(InForce.of("v1", cut), warehouse.inForce().orElseThrow());
    }

    private void inForce(String version, long cut) {
        Map<String, Object> row = new HashMap<>(Map.of(
                "at",
                java.time.Instant.now(),
                "action",
                "flip",
                "version",
                version,
                "cut",
                cut,
                "run_id",
                "r",
                "events",
                0L,
                "late_duplicates",
                0L));
        world.lake().table(Table.VERSIONS).append("night", 0, List.of(row));
    }
}
