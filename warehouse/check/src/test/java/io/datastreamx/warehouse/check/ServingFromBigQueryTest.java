package io.datastreamx.warehouse.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedQueryStmt;
import io.datastreamx.config.Settings;
import io.datastreamx.serving.ServingLayer;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.MergedViews;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

/**
 * The HTTP API twice over the same golden rows, once from the lake and once from BigQuery (the emulator): every answer
 * must be the same, to the last byte.
 */
class ServingFromBigQueryTest {
    private static final Dataset DATASET = new Dataset("golden-project", "golden");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BigQueryCatalog CATALOG = new BigQueryCatalog();

    @TempDir
    static Path folder;

    private static EmulatedApi api;
    private static BigQueryClient client;
    private static GoldenStack stack;
    private static ServingLayer fromLake;
    private static ServingLayer fromBigQuery;

    @BeforeAll
    static void start() throws Exception {
        api = new EmulatedApi(DATASET, folder);
        stack = new GoldenStack(folder.resolve("lake"));
        Settings settings = api.settings(DATASET, "lake");
        client = new BigQueryClient(settings.bigquery());
        List<BigQueryTable> tables = new ArrayList<>(BigQueryTables.shared());
        tables.addAll(BigQueryTables.ofVersion(GoldenStack.VERSION));
        for (BigQueryTable table : tables) {
            CATALOG.run(table.createIfAbsent(DATASET));
            client.query(table.createIfAbsent(DATASET));
            InsertSql.of(DATASET, table, stack.tables().get(table)).forEach(client::query);
        }
        new MergedViews(DATASET, GoldenStack.IN_FORCE)
                .all()
                .forEach(view -> client.query(view.createOrReplace(DATASET)));
        fromLake = ServingLayer.start(settings, EmulatedApi.CLOCK);
        fromBigQuery = ServingLayer.start(api.settings(DATASET, "bigquery"), EmulatedApi.CLOCK);
    }

    @AfterAll
    static void stop() {
        fromBigQuery.close();
        fromLake.close();
        api.close();
    }

    private static String both(String path) throws Exception {
        HttpResponse<String> expected = EmulatedApi.get(fromLake, path);
        HttpResponse<String> answer = EmulatedApi.get(fromBigQuery, path);
        assertEquals(200, expected.statusCode(), expected.body());
        assertEquals(expected.body(), answer.body(), path);
        return answer.body();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "by=aggregator,channel,minute&from=2026-11-22",
                "by=aggregator,region,device_model,hour&from=2026-11-21",
                "by=aggregator,ad,day",
                "by=previous_channel,channel,hour&view=live",
                "by=channel,day&to=2026-11-21",
                "by=channel,minute&view=live&from=2026-11-21T22:20:00Z",
                "by=region,hour&from=2026-11-21T23:00:00Z&to=2026-11-22T00:20:00Z",
                "by=channel,minute&view=batch&from=2026-11-22",
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
        JsonNode rows = JSON.readTree(both("/v1/reports?" + query)).get("rows");
        assertFalse(rows.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=2026-11-21&to=2026-11-22",
                "from=2026-11-21T23:00:00Z&to=2026-11-22T01:00:00Z",
                "from=2026-11-22"
            })
    void reportsOfAPartOfTheTimeAreTheSame(String time) throws Exception {
        for (String by : List.of("by=channel,hour", "by=last_ad,hour")) {
            both("/v1/reports?" + by + "&" + time);
        }
    }

    @Test
    void filtersAreTheSameAndValuesNeverBecomeSql() throws Exception {
        for (String value : List.of("c'1", "", "no such", "'; DROP TABLE live --", "@p0", "\\")) {
            String where = "where=" + URLEncoder.encode("channel=" + value, StandardCharsets.UTF_8);
            both("/v1/reports?by=channel,aggregator&" + where);
            both("/v1/reports?by=last_ad,channel&" + where + "&where=channel=news&where=region=north");
        }
    }

    @Test
    void theLedgerTheStatusAndCsvAreTheSame() throws Exception {
        both("/v1/ledger");
        JsonNode ledger = JSON.readTree(both("/v1/ledger?last=3"));
        assertEquals(GoldenStack.LAST, ledger.get("batches").asLong());
        assertEquals(3, ledger.get("last").size());
        assertEquals(
                "v0000000002-r.1",
                JSON.readTree(both("/v1/status")).get("version").asText());
        assertTrue(both("/v1/reports?by=channel&format=csv").lines().count() > 2);
    }

    @Test
    void wrongQueriesAreRefusedAlike() throws Exception {
        for (String query : List.of(
                "by=colour",
                "by=last_ad,channel&measures=unique_devices",
                "from=x",
                "by=minute,channel",
                "by=hour",
                "by=channel&from=2026-11-21T22:20:00Z",
                "to=2026-11-20T23:00:00Z&view=batch")) {
            HttpResponse<String> expected = EmulatedApi.get(fromLake, "/v1/reports?" + query);
            HttpResponse<String> answer = EmulatedApi.get(fromBigQuery, "/v1/reports?" + query);
            assertEquals(400, answer.statusCode());
            assertEquals(expected.body(), answer.body());
        }
    }

    /**
     * Whatever the API is asked: a limit on what is billed, and a filter that prunes on every table that has
     * partitions.
     */
    @Test
    void everyStatementIsLimitedAndPruned() throws Exception {
        api.statements();
        try (ServingLayer nothingCached = ServingLayer.start(api.settings(DATASET, "bigquery"), EmulatedApi.CLOCK)) {
            for (String path : List.of(
                    "/v1/reports?by=region,minute&measures=unique_devices,fills&where=region=x&from=2026-11-22",
                    "/v1/reports?by=last_ad,minute&from=2026-11-21",
                    "/v1/reports?by=region,day&view=batch&to=2026-11-23",
                    "/v1/ledger?last=2")) {
                assertEquals(200, EmulatedApi.get(nothingCached, path).statusCode());
            }
        }
        List<JsonNode> statements = api.statements();
        Map<String, String> partitions = new HashMap<>();
        stack.tables()
                .keySet()
                .forEach(table -> partitions.put(
                        DATASET.project() + "." + DATASET.name() + "." + table.name(),
                        table.partitioning().column()));
        int ofReports = 0;
        for (JsonNode statement : statements) {
            assertEquals("123456789", statement.get("maximumBytesBilled").asText());
            String sql = statement.get("query").asText();
            if (!sql.contains("." + MergedViews.POSITION + "`")) {
                ofReports++;
                ResolvedQueryStmt query = (ResolvedQueryStmt)
                        CATALOG.run(sql.replaceAll("@p\\d+", "''")).get(0);
                assertEquals(List.of(), PartitionFilters.missing(query.getQuery(), partitions), sql);
            }
        }
        assertEquals(8, ofReports, "sums and sketches, sums, sums and offsets, totals, losses and batches");
    }

    /** Asked again, nothing is billed again. */
    @Test
    void anAnswerIsBilledOncePerPosition() throws Exception {
        String path = "/v1/reports?by=device_model,day&measures=fills,starts";
        String first = EmulatedApi.get(fromBigQuery, path).body();
        api.statements();
        assertEquals(first, EmulatedApi.get(fromBigQuery, path).body());
        assertTrue(
                api.statements().stream().noneMatch(s -> s.get("query").asText().contains("device_model")));
    }
}
