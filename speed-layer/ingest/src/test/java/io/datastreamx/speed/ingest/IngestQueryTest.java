package io.datastreamx.speed.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Ledger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ingest against a real broker and real Delta tables. */
class IngestQueryTest {
    @TempDir
    Path home;

    private IngestWorld world;

    @BeforeEach
    void start() throws Exception {
        world = new IngestWorld(home);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void everyRecordIsAcceptedFlaggedOrQuarantinedAndTheLedgerBalances() throws Exception {
        world.send("tuning-events", "box-1", IngestWorld.tuning("e1", "tune_in", ""));
        world.send(
                "tuning-events",
                "box-1",
                IngestWorld.tuning("e2", "heartbeat", ",\"duration_s\":60,\"firmware\":\"9.1\""));
        world.send(
                "tuning-events",
                "box-1",
                IngestWorld.tuning("e2", "heartbeat", ",\"duration_s\":60,\"firmware\":\"9.1\""));
        world.send("ad-events", "box-1", "{not json");
        world.send("ad-events", "box-1", IngestWorld.tuning("e3", "tune_in", ""));
        world.send("tuning-events", "box-1", IngestWorld.tuning("e4", "heartbeat", ",\"duration_s\":\"60\""));
        world.ingestUntil(6);

        LedgerEntry total = new Ledger(world.lake())
                .entries().stream().reduce(IngestQueryTest::sum).orElseThrow();
        assertEquals(List.of(2L, 1L, 3L), List.of(total.accepted(), total.duplicate(), total.quarantined()));

        List<Row> events = world.table(Table.EVENTS).orderBy("offset").collectAsList();
        assertEquals(
                List.of(false, false, true),
                events.stream().map(row -> (Boolean) row.getAs("duplicate")).toList());
        assertEquals(world.keys.pseudonym("box-1"), events.get(0).getAs("device"));
        assertEquals("{\"firmware\":\"9.1\"}", events.get(1).getAs("extra"));

        List<Row> letters = world.table(Table.DEAD_LETTERS).orderBy("reason").collectAsList();
        assertEquals(
                List.of("malformed_json", "wrong_topic", "wrong_type"),
                letters.stream().map(row -> row.<String>getAs("reason")).toList());
        assertEquals(
                "{not json",
                new String(world.keys.open("k1", letters.get(0).getAs("sealed_bytes")), StandardCharsets.UTF_8));

        Row live = world.table(Table.LIVE)
                .where("rollup = 'aggregator_channel'")
                .selectExpr("sum(tune_ins)", "sum(tuned_s)", "sum(requests)")
                .first();
        assertEquals(List.of(1L, 60L, 0L), List.of(live.getLong(0), live.getLong(1), live.getLong(2)));
    }

    @Test
    void aCompleteCountsWithThePriceOfItsFillAndOneWithoutAFillApart() throws Exception {
        world.send(
                "ad-events",
                "box-1",
                answered("response", "r1", ",\"attempt\":1,\"outcome\":\"fill\",\"latency_ms\":40", 3_000));
        world.ingestUntil(1);
        world.send("ad-events", "box-1", answered("complete", "r1", "", 900_000_000));
        world.send("ad-events", "box-1", answered("complete", "r2", "", 7_000));
        world.ingestUntil(3);

        List<Row> completes = world.table(Table.EVENTS)
                .where("event_type = 'complete'")
                .orderBy("offset")
                .select("counted_price_micros", "price_source", "price_micros")
                .collectAsList();
        assertEquals("[[3000,fill,900000000], [7000,box,7000]]", completes.toString());
        Row live = world.table(Table.LIVE)
                .where("rollup = 'aggregator_channel'")
                .selectExpr(
                        "sum(completes)",
                        "sum(completed_price_micros)",
                        "sum(completes_without_fill)",
                        "sum(unfilled_price_micros)")
                .first();
        assertEquals("[2,10000,1,7000]", live.toString());
    }

    private static String answered(String type, String requestId, String more, long priceMicros) {
        return """
                {"schema_version":1,"event_id":"%s:%s","event_type":"%s","event_time":"2026-11-20T10:00:00.010Z","device_id":"box-1",\
                "request_id":"%s","aggregator_id":"acme","ad_id":"ad-1","channel_id":"news","region":"north","device_model":"m1","price_micros":%d%s}""".formatted(type, requestId, type, requestId, priceMicros, more);
    }

    @Test
    void aDecisionKeepsItsCandidatesAndExclusions() throws Exception {
        world.send("ad-decisions", "r1", """
                {"schema_version":1,"event_id":"decision:r1","event_type":"ad_decision","event_time":"2026-11-20T10:00:00.010Z","device_id":"box-1",\
                "request_id":"r1","request_time":"2026-11-20T10:00:00.000Z","status":"routed","ranked":[{"aggregator_id":"a","score_micros":7,"propensity":0.75,"fill":0.5,"value_micros":14,"answer_ms":80},\
                {"aggregator_id":"b","score_micros":5,"propensity":0.25}],"aggregator_id":"a","propensity":0.75,"explore":false,"snapshot_id":"p/-/-",\
                "policy_version":"v1","excluded":[{"aggregator_id":"c","reason":"disabled"}],"channel_id":"news","region":"north","device_model":"m1"}""");
        world.ingestUntil(1);
        Row decision = world.table(Table.EVENTS).first();
        assertEquals(
                "[[a,7,0.75,0.5,14,80], [b,5,0.25,null,null,null]]",
                decision.getList(decision.fieldIndex("ranked")).toString());
        assertEquals(
                "[[c,disabled]]",
                decision.getList(decision.fieldIndex("excluded")).toString());
        assertEquals(
                1,
                world.table(Table.LIVE)
                        .where("rollup = 'aggregator_ad' and aggregator_id = 'a'")
                        .first()
                        .<Long>getAs("decisions"));
    }

    @Test
    void noRawDeviceIdIsAtRestInTheLake() throws Exception {
        world.send(
                "tuning-events",
                "box-secret-77",
                IngestWorld.tuning("e1", "tune_in", "").replace("box-1", "box-secret-77"));
        world.send("tuning-events", "box-secret-77", "{\"device_id\":\"box-secret-77\"");
        world.ingestUntil(2);
        try (Stream<Path> files =
                Files.walk(Path.of(java.net.URI.create(world.settings().lakeUri())))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertTrue(!content.contains("box-secret-77"), file + " holds the raw device id");
            }
        }
    }

    @Test
    void aBatchThatWasKilledBeforeItsLedgerRowIsReplayedToTheSameEnd() throws Exception {
        world.send("tuning-events", "box-1", IngestWorld.tuning("e1", "tune_in", ""));
        world.send("tuning-events", "box-1", IngestWorld.tuning("e1", "tune_in", ""));
        world.ingestUntil(2);
        LedgerEntry before = new Ledger(world.lake()).last().orElseThrow();
        long events = world.table(Table.EVENTS).count();
        long live = world.table(Table.LIVE).count();

        forgetLastCommit(Table.LEDGER);
        forgetSparkCommit();
        world.ingestUntil(2);

        LedgerEntry after = new Ledger(world.lake()).last().orElseThrow();
        assertEquals(
                List.of(before.batch(), before.accepted(), before.duplicate(), before.offsets()),
                List.of(after.batch(), after.accepted(), after.duplicate(), after.offsets()));
        assertEquals(events, world.table(Table.EVENTS).count());
        assertEquals(live, world.table(Table.LIVE).count());
    }

    @Test
    void aLostCheckpointContinuesWithTheLedger() throws Exception {
        world.send("tuning-events", "box-1", IngestWorld.tuning("e1", "tune_in", ""));
        world.ingestUntil(1);
        LedgerEntry first = new Ledger(world.lake()).last().orElseThrow();
        // What a batch leaves that was killed before its ledger row: rows that must never be counted.
        world.send("tuning-events", "box-1", IngestWorld.tuning("e2", "tune_in", ""));
        world.ingestUntil(2);
        forgetLastCommit(Table.LEDGER);
        delete(Path.of(java.net.URI.create(world.settings().ingest().checkpoint())));

        world.send("tuning-events", "box-1", IngestWorld.tuning("e1", "tune_in", ""));
        world.ingestUntil(3);

        List<LedgerEntry> ledger = new Ledger(world.lake()).entries();
        LedgerEntry last = ledger.get(ledger.size() - 1);
        assertTrue(last.batch() > first.batch() + 1, "the number of the batch that was begun is not used again");
        assertNotEquals(first.appId(), last.appId());
        LedgerEntry total = ledger.stream().reduce(IngestQueryTest::sum).orElseThrow();
        assertEquals(List.of(2L, 1L, 0L), List.of(total.accepted(), total.duplicate(), total.quarantined()));
        Object[] batches = ledger.stream().map(LedgerEntry::batch).toArray();
        assertEquals(
                2,
                world.table(Table.EVENTS)
                        .where(org.apache
                                .spark
                                .sql
                                .functions
                                .col("ingest_batch")
                                .isin(batches))
                        .where("duplicate = false")
                        .count());
    }

    private void forgetLastCommit(Table table) throws Exception {
        Path log = Path.of(java.net.URI.create(world.lake().uri(table))).resolve("_delta_log");
        Path commit = newest(log, ".json").orElseThrow();
        Files.deleteIfExists(log.resolve(commit.getFileName().toString().replace(".json", ".crc")));
        Files.delete(commit);
        org.apache.spark.sql.delta.DeltaLog.clearCache();
    }

    private void forgetSparkCommit() throws Exception {
        Path commits = Path.of(java.net.URI.create(world.settings().ingest().checkpoint()))
                .resolve("commits");
        newest(commits, "").ifPresent(commit -> commit.toFile().delete());
    }

    private static Optional<Path> newest(Path folder, String suffix) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d+" + suffix.replace(".", "\\.")))
                    .max(Comparator.comparingLong(
                            file -> Long.parseLong(file.getFileName().toString().replace(suffix, ""))));
        }
    }

    private static void delete(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private static LedgerEntry sum(LedgerEntry a, LedgerEntry b) {
        var offsets = new java.util.TreeMap<>(a.offsets());
        b.offsets()
                .forEach((partition, range) -> offsets.merge(
                        partition,
                        range,
                        (x, y) -> new io.datastreamx.contract.ledger.OffsetRange(
                                Math.min(x.start(), y.start()), Math.max(x.end(), y.end()))));
        return new LedgerEntry(
                b.batch(),
                b.appId(),
                a.accepted() + b.accepted(),
                a.duplicate() + b.duplicate(),
                a.quarantined() + b.quarantined(),
                offsets,
                b.minAppendTime(),
                b.maxAppendTime(),
                b.completedAt());
    }
}
