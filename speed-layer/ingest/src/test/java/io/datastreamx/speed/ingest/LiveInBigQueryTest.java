package io.datastreamx.speed.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.lake.Ledger;
import io.datastreamx.lake.Versions;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.WarehouseException;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.InForce;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What ingest hands over to BigQuery (the emulator, by load jobs): its merged views against sums of the lake's own
 * rows.
 */
class LiveInBigQueryTest {
    private static final String PROJECT = "test-project";
    private static BigQueryEmulator emulator;
    private static int datasets;

    @TempDir
    Path home;

    private IngestWorld world;
    private BigQueryClient client;
    private Warehouse warehouse;
    private LakeInBigQuery bigQuery;
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
        bigQuery = new LakeInBigQuery(world, client, warehouse.dataset());
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

    @Test
    void completeBatchesAreCountedOnceThroughLostAnswersAndRestarts() throws Exception {
        send();
        ingestAndHandOver();
        bigQuery.assertSameAsTheLake(1);
        assertEquals(
                List.of(4L, 1L),
                List.copyOf(client.query("SELECT COUNT(*) AS n, COUNTIF(duplicate) AS d FROM "
                                + bigQuery.quoted("events") + " WHERE ingest_batch >= 0")
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
        bigQuery.assertSameAsTheLake(2);
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
        bigQuery.assertSameAsTheLake(3);
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
        assertEquals(List.of(), bigQuery.ledger());
        assertEquals(
                0L,
                client.query("SELECT COUNT(*) AS n FROM " + bigQuery.quoted("rollups") + " WHERE day >= '2026-11-01'")
                        .get(0)
                        .get("n"));
        ingestAndHandOver();
        bigQuery.assertSameAsTheLake(1);
        assertEquals(
                2L,
                client.query("SELECT COUNT(DISTINCT write_id) AS n FROM " + bigQuery.quoted("live")
                                + " WHERE ingest_batch >= 0")
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

        BigQueryTables.ofVersion("v1").forEach(warehouse::create);
        warehouse.bringIntoForce(InForce.of("v1", cut), List.of("v1"));
        assertEquals(
                1L,
                client.query("SELECT SUM(requests) AS n FROM " + bigQuery.quoted("rollups")
                                + " WHERE day >= '2026-11-01' AND `rollup` = 'aggregator_channel'")
                        .get(0)
                        .get("n"));
        assertEquals(
                new Ledger(world.lake()).entries().size(), bigQuery.ledger().size());
        BigQueryTables.ofVersion("v0").forEach(warehouse::create);
        WarehouseException refused = assertThrows(
                WarehouseException.class, () -> warehouse.bringIntoForce(InForce.of("v0", cut - 1), List.of("v0")));
        assertTrue(refused.getMessage().contains("before BigQuery was turned on"), refused.getMessage());
        assertEquals(InForce.of("v1", cut), warehouse.inForce().orElseThrow());
    }

    private void inForce(String version, long cut) {
        world.lake()
                .versions()
                .append(
                        "night",
                        0,
                        before -> new Versions.Entry(
                                java.time.Instant.now(),
                                Versions.Action.FLIP,
                                version,
                                cut,
                                "r",
                                0,
                                0,
                                world.lake().batchState()));
    }
}
