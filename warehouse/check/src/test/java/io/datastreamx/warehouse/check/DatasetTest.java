package io.datastreamx.warehouse.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.config.Settings;
import io.datastreamx.serving.ServingLayer;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.serving.warehouse.WarehouseView;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.InForce;
import io.datastreamx.warehouse.views.MergedViews;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a dataset comes to be, is followed, and is protected, in the emulator; each test in a dataset of its own. */
class DatasetTest {
    private static final Dataset DATASET = new Dataset("golden-project", "unused");

    @TempDir
    static Path folder;

    private static EmulatedApi api;

    @BeforeAll
    static void start() {
        api = new EmulatedApi(DATASET, folder);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void withoutViewsItSaysWhatMakesThemAndAnswersOnceTheyAreThere() throws Exception {
        Dataset empty = new Dataset(DATASET.project(), "empty");
        api.create(empty);
        Settings settings = api.settings(empty, "bigquery");
        try (ServingLayer serving = ServingLayer.start(settings, EmulatedApi.CLOCK)) {
            HttpResponse<String> answer = EmulatedApi.get(serving, "/health");
            assertEquals(503, answer.statusCode());
            assertTrue(answer.body().contains("has no view") && answer.body().contains("a night does"), answer.body());
            assertEquals(503, EmulatedApi.get(serving, "/v1/reports").statusCode());
            BigQueryClient writer = new BigQueryClient(settings.bigquery());
            BigQueryTables.shared().forEach(table -> writer.query(table.createIfAbsent(empty)));
            new MergedViews(empty, InForce.NOTHING).all().forEach(view -> writer.query(view.createOrReplace(empty)));
            EmulatedApi.awaitStatus(
                    serving, status -> status.path("ingest_batch").asLong(-2) == -1);
            write(writer, empty, 7, 5);
            EmulatedApi.awaitStatus(
                    serving, status -> status.path("ingest_batch").asLong(-2) == 7);
            JsonNode report = EmulatedApi.JSON.readTree(
                    EmulatedApi.get(serving, "/v1/reports?measures=requests").body());
            assertEquals(5, report.get("rows").get(0).get("requests").asLong());
            assertEquals(
                    5,
                    report.get("position").get("offsets").get("ad-requests-0").asLong());
        }
    }

    @Test
    void aReadingStaysAtItsPosition() {
        Dataset own = new Dataset(DATASET.project(), "own");
        api.create(own);
        Settings settings = api.settings(own, "bigquery");
        BigQueryClient writer = new BigQueryClient(settings.bigquery());
        BigQueryTables.shared().forEach(table -> writer.query(table.createIfAbsent(own)));
        new MergedViews(own, InForce.NOTHING).all().forEach(view -> writer.query(view.createOrReplace(own)));
        write(writer, own, 0, 5);
        try (WarehouseView view = new WarehouseView(settings.bigquery(), writer, ReportLimits.of(100_000))) {
            ReportQuery query = ReportQuery.of(Map.of("measures", List.of("requests")));
            Reading before = view.read();
            write(writer, own, 1, 7);
            assertEquals(5L, before.report(query).rows().get(0).get("requests"));
            assertEquals(1, before.ledgerTotals().batches());
            view.poll();
            assertEquals(12L, view.report(query).rows().get(0).get("requests"));
            assertEquals(2, view.read().ledgerTotals().batches());
            assertEquals(5L, before.report(query).rows().get(0).get("requests"));
        }
    }

    @Test
    void anOutageKeepsWhatIsKnownAndSaysWhatIsNot() throws Exception {
        Dataset own = new Dataset(DATASET.project(), "outage");
        EmulatedApi dying = new EmulatedApi(own, folder);
        Settings settings = dying.settings(own, "bigquery");
        BigQueryClient writer = new BigQueryClient(settings.bigquery());
        BigQueryTables.shared().forEach(table -> writer.query(table.createIfAbsent(own)));
        new MergedViews(own, InForce.NOTHING).all().forEach(view -> writer.query(view.createOrReplace(own)));
        write(writer, own, 0, 5);
        try (ServingLayer serving = ServingLayer.start(settings, EmulatedApi.CLOCK)) {
            String known = EmulatedApi.get(serving, "/v1/reports?by=channel&measures=requests")
                    .body();
            dying.close();
            HttpResponse<String> unknown = EmulatedApi.get(serving, "/v1/reports?by=region&measures=requests");
            assertEquals(503, unknown.statusCode());
            assertTrue(unknown.body().contains("cannot be reached"), unknown.body());
            HttpResponse<String> still = EmulatedApi.get(serving, "/v1/reports?by=channel&measures=requests");
            assertEquals(200, still.statusCode());
            assertEquals(known, still.body());
            EmulatedApi.awaitStatus(
                    serving, status -> status.path("problem").asText().contains("cannot be reached"));
        }
    }

    /** On the version's tables before a row is in them, and again on those that versions share. */
    @Test
    void rowPoliciesAreSetOnEachVersionsTables() throws Exception {
        Dataset own = new Dataset(DATASET.project(), "policies");
        api.create(own);
        Map<String, Object> values = api.values(own, "lake");
        values.put(
                "datastreamx.bigquery.row-policies",
                List.of(
                        Map.of("name", "cleared", "members", List.of("group:all@example.com")),
                        Map.of("name", "alpha", "members", List.of("group:a@example.com"), "aggregator", "a'1")));
        Warehouse warehouse = warehouse(values);
        api.statements();
        warehouse.prepare();
        BigQueryTables.ofVersion("v1").forEach(warehouse::create);
        List<String> policies = new ArrayList<>();
        for (JsonNode statement : api.statements()) {
            String sql = statement.get("query").asText();
            if (sql.contains("ROW ACCESS POLICY")) {
                policies.add(sql.replace("\n", " "));
            }
        }
        String all = " GRANT TO ('group:all@example.com') FILTER USING (TRUE)";
        String one = " GRANT TO ('group:a@example.com') FILTER USING (aggregator_id = 'a\\'1')";
        assertEquals(
                List.of(
                        policy("cleared", own, "live") + all,
                        policy("alpha", own, "live") + one,
                        policy("cleared", own, "events") + all,
                        policy("cleared", own, "rollups_v1") + all,
                        policy("alpha", own, "rollups_v1") + one,
                        policy("cleared", own, "ad_opportunities_v1") + all),
                policies);
        values.put(
                "datastreamx.bigquery.row-policies",
                List.of(Map.of("name", "alpha", "members", List.of("group:a@example.com"), "aggregator", "a")));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> EmulatedApi.settings(values));
        assertTrue(refused.getMessage().contains("without aggregator"), refused.getMessage());
    }

    /** Clones take over row policies, and with them one that is in the settings no more. */
    @Test
    void aTableMadeUnderOtherRowPoliciesIsNotBuiltOn() {
        Dataset own = new Dataset(DATASET.project(), "other_policies");
        api.create(own);
        Map<String, Object> values = api.values(own, "lake");
        Warehouse before = warehouse(values);
        before.prepare();
        before.create(BigQueryTables.rollups("v1"));
        before.complete(BigQueryTables.rollups("v1"));
        assertTrue(copies(before));
        values.put(
                "datastreamx.bigquery.row-policies",
                List.of(Map.of("name", "cleared", "members", List.of("group:all@example.com"))));
        assertFalse(copies(warehouse(values)));
    }

    private static Warehouse warehouse(Map<String, Object> values) {
        Settings settings = EmulatedApi.settings(values);
        return new Warehouse(settings.bigquery(), new BigQueryClient(settings.bigquery()));
    }

    private static boolean copies(Warehouse warehouse) {
        return warehouse.copy(
                BigQueryTables.rollups("v2"),
                BigQueryTables.rollups("v1"),
                new TreeSet<>(),
                LocalDate.of(2025, 11, 1),
                0);
    }

    private static String policy(String name, Dataset dataset, String table) {
        return "CREATE OR REPLACE ROW ACCESS POLICY " + name + " ON " + dataset.quoted(table);
    }

    private static void write(BigQueryClient writer, Dataset dataset, long batch, long requests) {
        writer.query("INSERT INTO " + dataset.quoted("live")
                + " (write_id, ingest_batch, `rollup`, minute, channel_id, requests) VALUES ('w', " + batch
                + ", 'aggregator_channel', TIMESTAMP '2026-11-22 10:00:00+00', 'news', " + requests + ")");
        writer.query("INSERT INTO " + dataset.quoted("ledger")
                + " (write_id, ingest_batch, records_read, accepted, duplicate, quarantined, offsets) VALUES ('w', "
                + batch + ", 5, 5, 0, 0, '{\"ad-requests-0\":[0,5]}')");
    }
}
