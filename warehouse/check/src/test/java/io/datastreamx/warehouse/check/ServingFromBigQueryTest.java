package io.datastreamx.warehouse.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedQueryStmt;
import com.typesafe.config.ConfigFactory;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.bigquery.BigQueryTable;
import io.datastreamx.contract.bigquery.BigQueryTables;
import io.datastreamx.contract.bigquery.Dataset;
import io.datastreamx.contract.bigquery.InForce;
import io.datastreamx.contract.bigquery.MergedViews;
import io.datastreamx.serving.ServingLayer;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.serving.warehouse.WarehouseView;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP API twice over the same golden rows, once from the lake and once from BigQuery (the emulator): every answer must be the same, to the last byte. */
class ServingFromBigQueryTest {
    private static final Dataset DATASET = new Dataset("golden-project", "golden");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
    private static final BigQueryCatalog CATALOG = new BigQueryCatalog();

    @TempDir
    static Path folder;

    private static BigQueryEmulator emulator;
    private static BigQueryClient client;
    private static GoldenStack stack;
    private static ServingLayer fromLake;
    private static ServingLayer fromBigQuery;

    @BeforeAll
    static void start() throws Exception {
        emulator = BigQueryEmulator.start(DATASET.project(), DATASET.name());
        stack = new GoldenStack(folder.resolve("lake"));
        Settings settings = settings(DATASET.name(), "lake");
        client = new BigQueryClient(settings.bigquery());
        List<BigQueryTable> tables = new ArrayList<>(BigQueryTables.shared());
        tables.addAll(BigQueryTables.ofVersion(GoldenStack.VERSION));
        for (BigQueryTable table : tables) {
            CATALOG.run(table.createIfAbsent(DATASET));
            client.query(table.createIfAbsent(DATASET));
            InsertSql.of(DATASET, table, stack.tables().get(table)).forEach(client::query);
        }
        new MergedViews(DATASET, InForce.of(GoldenStack.VERSION, GoldenStack.CUT))
                .all()
                .forEach(view -> client.query(view.createOrReplace(DATASET)));
        fromLake = ServingLayer.start(settings, CLOCK);
        fromBigQuery = ServingLayer.start(settings(DATASET.name(), "bigquery"), CLOCK);
    }

    @AfterAll
    static void stop() {
        fromBigQuery.close();
        fromLake.close();
        emulator.close();
    }

    private static Settings settings(String dataset, String source) {
        return settings(values(dataset, source));
    }

    private static Map<String, Object> values(String dataset, String source) {
        Map<String, Object> values = new HashMap<>();
        values.put("datastreamx.home", folder.toString());
        values.put("datastreamx.kafka.bootstrap-servers", "127.0.0.1:1");
        values.put("datastreamx.serving.source", source);
        values.put("datastreamx.serving.bigquery-poll-interval", "200ms");
        values.put("datastreamx.bigquery.project", DATASET.project());
        values.put("datastreamx.bigquery.dataset", dataset);
        values.put("datastreamx.bigquery.endpoint", emulator.proxy().url());
        values.put("datastreamx.bigquery.access-token", "dummy");
        values.put("datastreamx.bigquery.maximum-bytes-billed", 123_456_789);
        return values;
    }

    private static Settings settings(Map<String, Object> values) {
        return Settings.from(ConfigFactory.parseMap(values)
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve());
    }

    private static HttpResponse<String> get(ServingLayer serving, String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(serving.url() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String both(String path) throws Exception {
        HttpResponse<String> expected = get(fromLake, path);
        HttpResponse<String> answer = get(fromBigQuery, path);
        assertEquals(200, expected.statusCode(), expected.body());
        assertEquals(expected.body(), answer.body(), path);
        return answer.body();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "by=aggregator,channel,minute",
                "by=aggregator,region,device_model,hour",
                "by=aggregator,ad,day",
                "by=previous_channel,channel,hour&view=live",
                "by=channel,minute&view=batch",
                "by=region&measures=unique_devices,requests",
                "by=channel,day&measures=unique_devices&view=live",
                "by=channel&order=-revenue_micros,channel&limit=2",
                "",
                "measures=unique_devices",
                "by=last_ad,aggregator,channel",
                "by=last_ad,minute&view=batch",
                "by=last_ad,hour,region&view=live&order=-requests,hour,last_ad"
            })
    void reportsAreTheSame(String query) throws Exception {
        JsonNode rows = JSON.readTree(both("/api/report?" + query)).get("rows");
        assertFalse(rows.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=2026-11-21&to=2026-11-22",
                "from=2026-11-21T23:00:00Z&to=2026-11-22T01:00:00Z",
                "to=2026-11-21"
            })
    void reportsOfAPartOfTheTimeAreTheSame(String time) throws Exception {
        for (String by : List.of("by=channel,hour", "by=last_ad,hour")) {
            both("/api/report?" + by + "&" + time);
        }
    }

    @Test
    void filtersAreTheSameAndValuesNeverBecomeSql() throws Exception {
        for (String value : List.of("c'1", "", "no such", "'; DROP TABLE live --", "@p0", "\\")) {
            String where = "where=" + URLEncoder.encode("channel=" + value, StandardCharsets.UTF_8);
            both("/api/report?by=channel,aggregator&" + where);
            both("/api/report?by=last_ad,channel&" + where + "&where=channel=news&where=region=north");
        }
    }

    @Test
    void theLedgerTheStatusAndCsvAreTheSame() throws Exception {
        both("/api/ledger");
        JsonNode ledger = JSON.readTree(both("/api/ledger?last=3"));
        assertEquals(GoldenStack.LAST, ledger.get("batches").asLong());
        assertEquals(3, ledger.get("last").size());
        assertEquals(
                "v0000000002-r.1",
                JSON.readTree(both("/api/status")).get("version").asText());
        assertTrue(both("/api/report?by=channel&format=csv").lines().count() > 2);
    }

    @Test
    void wrongQueriesAreRefusedAlike() throws Exception {
        for (String query : List.of("by=colour", "by=last_ad,channel&measures=unique_devices", "from=x")) {
            HttpResponse<String> expected = get(fromLake, "/api/report?" + query);
            HttpResponse<String> answer = get(fromBigQuery, "/api/report?" + query);
            assertEquals(400, answer.statusCode());
            assertEquals(expected.body(), answer.body());
        }
    }

    /** Whatever the API is asked: a limit on what is billed, and a filter that prunes on every table that has partitions. */
    @Test
    void everyStatementIsLimitedAndPruned() throws Exception {
        emulator.proxy().takeStatements();
        for (String path : List.of(
                "/api/report?by=region,minute&measures=unique_devices,fills&where=region=x",
                "/api/report?by=last_ad,minute&from=2026-11-21",
                "/api/report?by=region,hour&view=batch&to=2026-11-23",
                "/api/ledger?last=2")) {
            assertEquals(200, get(fromBigQuery, path).statusCode());
        }
        List<JsonNode> statements = statements();
        assertTrue(statements.size() >= 7, statements.toString());
        Map<String, String> partitions = new HashMap<>();
        stack.tables()
                .keySet()
                .forEach(table -> partitions.put(
                        DATASET.project() + "." + DATASET.name() + "." + table.name(),
                        table.partitioning().column()));
        for (JsonNode statement : statements) {
            assertEquals("123456789", statement.get("maximumBytesBilled").asText());
            String sql = statement.get("query").asText();
            if (!sql.contains("." + MergedViews.POSITION + "`")) {
                ResolvedQueryStmt query = (ResolvedQueryStmt)
                        CATALOG.run(sql.replaceAll("@p\\d+", "''")).get(0);
                assertEquals(List.of(), PartitionFilters.missing(query.getQuery(), partitions), sql);
                assertFalse(sql.contains("SELECT ingest_batch FROM"), sql);
            }
        }
    }

    /** Asked again, nothing is billed again. */
    @Test
    void anAnswerIsBilledOncePerPosition() throws Exception {
        String path = "/api/report?by=device_model,day&measures=fills,starts";
        String first = get(fromBigQuery, path).body();
        emulator.proxy().takeStatements();
        assertEquals(first, get(fromBigQuery, path).body());
        assertTrue(statements().stream().noneMatch(s -> s.get("query").asText().contains("device_model")));
    }

    private static List<JsonNode> statements() throws Exception {
        List<JsonNode> statements = new ArrayList<>();
        for (String body : emulator.proxy().takeStatements()) {
            statements.add(JSON.readTree(body));
        }
        return statements;
    }

    @Test
    void withoutViewsItSaysWhatMakesThemAndAnswersOnceTheyAreThere() throws Exception {
        Dataset empty = new Dataset(DATASET.project(), "empty");
        emulator.createDataset(empty.project(), empty.name());
        Settings settings = settings(empty.name(), "bigquery");
        try (ServingLayer serving = ServingLayer.start(settings, CLOCK)) {
            HttpResponse<String> answer = get(serving, "/health");
            assertEquals(503, answer.statusCode());
            assertTrue(answer.body().contains("has no view") && answer.body().contains("a night does"), answer.body());
            assertEquals(503, get(serving, "/api/report").statusCode());
            BigQueryClient writer = new BigQueryClient(settings.bigquery());
            BigQueryTables.shared().forEach(table -> writer.query(table.createIfAbsent(empty)));
            new MergedViews(empty, InForce.NOTHING).all().forEach(view -> writer.query(view.createOrReplace(empty)));
            awaitBatch(serving, -1);
            write(writer, empty, 7, 5);
            awaitBatch(serving, 7);
            JsonNode report =
                    JSON.readTree(get(serving, "/api/report?measures=requests").body());
            assertEquals(5, report.get("rows").get(0).get("requests").asLong());
            assertEquals(
                    5,
                    report.get("position").get("offsets").get("ad-requests-0").asLong());
        }
    }

    private static void write(BigQueryClient writer, Dataset dataset, long batch, long requests) {
        writer.query("INSERT INTO " + dataset.quoted("live")
                + " (write_id, ingest_batch, `rollup`, minute, channel_id, requests) VALUES ('w', " + batch
                + ", 'aggregator_channel', TIMESTAMP '2026-11-22 10:00:00+00', 'news', " + requests + ")");
        writer.query("INSERT INTO " + dataset.quoted("ledger")
                + " (write_id, ingest_batch, records_read, accepted, duplicate, quarantined, offsets) VALUES ('w', "
                + batch + ", 5, 5, 0, 0, '{\"ad-requests-0\":[0,5]}')");
    }

    @Test
    void aReadingStaysAtItsPosition() {
        Dataset own = new Dataset(DATASET.project(), "own");
        emulator.createDataset(own.project(), own.name());
        Settings settings = settings(own.name(), "bigquery");
        BigQueryClient writer = new BigQueryClient(settings.bigquery());
        BigQueryTables.shared().forEach(table -> writer.query(table.createIfAbsent(own)));
        new MergedViews(own, InForce.NOTHING).all().forEach(view -> writer.query(view.createOrReplace(own)));
        write(writer, own, 0, 5);
        try (WarehouseView view = new WarehouseView(settings.bigquery(), writer)) {
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

    /** On the version's tables before a row is in them, and again on those that versions share. */
    @Test
    void rowPoliciesAreSetOnEachVersionsTables() throws Exception {
        Dataset own = new Dataset(DATASET.project(), "policies");
        emulator.createDataset(own.project(), own.name());
        Map<String, Object> values = values(own.name(), "lake");
        values.put(
                "datastreamx.bigquery.row-policies",
                List.of(
                        Map.of("name", "cleared", "members", List.of("group:all@example.com")),
                        Map.of("name", "alpha", "members", List.of("group:a@example.com"), "aggregator", "a'1")));
        Settings settings = settings(values);
        emulator.proxy().takeStatements();
        new Warehouse(settings.bigquery(), new BigQueryClient(settings.bigquery())).begin("v1");
        List<String> policies = new ArrayList<>();
        for (JsonNode statement : statements()) {
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
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> settings(values));
        assertTrue(refused.getMessage().contains("without aggregator"), refused.getMessage());
    }

    private static String policy(String name, Dataset dataset, String table) {
        return "CREATE OR REPLACE ROW ACCESS POLICY " + name + " ON " + dataset.quoted(table);
    }

    private static void awaitBatch(ServingLayer serving, long batch) throws Exception {
        for (int i = 0; i < 600; i++) {
            HttpResponse<String> status = get(serving, "/api/status");
            if (status.statusCode() == 200
                    && JSON.readTree(status.body()).get("ingest_batch").asLong() == batch) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("batch " + batch + " was not seen: "
                + get(serving, "/api/status").body());
    }
}
