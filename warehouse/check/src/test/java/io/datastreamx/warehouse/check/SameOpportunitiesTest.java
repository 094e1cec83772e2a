package io.datastreamx.warehouse.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.bigquery.BigQueryTables;
import io.datastreamx.contract.bigquery.Dataset;
import io.datastreamx.contract.bigquery.InForce;
import io.datastreamx.contract.bigquery.MergedViews;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.table.Table;
import io.datastreamx.serving.TestLake;
import io.datastreamx.serving.replica.LakeCopy;
import io.datastreamx.serving.report.ReportQuery;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The event-level view on both sides of the cut, against the serving layer's over the same opportunities and events. */
class SameOpportunitiesTest {
    private static final Dataset DATASET = new Dataset("golden-project", "golden");
    private static final String VERSION = "v1";
    private static final long CUT = 1;
    private static final List<String> SUMS = sums();
    private static final List<String> BY = List.of("last_ad_id", "aggregator_id", "channel_id");

    @TempDir
    Path folder;

    private final Random random = new Random(3);

    private static List<String> sums() {
        List<String> sums = new ArrayList<>(
                Arrays.stream(Measure.values()).map(Measure::column).toList());
        LatencyHistogram.buckets().forEach(bucket -> sums.add(bucket.column()));
        return sums;
    }

    @Test
    void theViewAnswersAsTheServingLayer() throws Exception {
        TestLake lake = new TestLake(folder);
        List<Map<String, Object>> events = new ArrayList<>();
        List<Map<String, Object>> ledger = new ArrayList<>();
        for (int batch = 1; batch <= 4; batch++) {
            String select = events(batch);
            lake.nested(lake.lake.table(Table.EVENTS), "ingest", batch, select);
            for (Map<String, Object> row : rows(select)) {
                row.put("write_id", "a");
                events.add(row);
                Map<String, Object> leftBehind = new HashMap<>(row);
                leftBehind.put("write_id", "given up");
                events.add(leftBehind);
            }
            if (batch < 4) {
                lake.complete(batch);
                ledger.add(Map.of("ingest_batch", (long) batch, "write_id", "a"));
            }
        }
        List<Map<String, Object>> opportunities = new ArrayList<>();
        String facts = facts(opportunities);
        lake.nested(lake.lake.table(VERSION, Table.AD_OPPORTUNITIES), "night", 0, facts);
        lake.publish(VERSION, CUT);
        lake.flip(VERSION, CUT);

        BigQueryCatalog catalog = new BigQueryCatalog();
        BigQueryTables.shared().forEach(table -> catalog.run(table.createIfAbsent(DATASET)));
        BigQueryTables.ofVersion(VERSION).forEach(table -> catalog.run(table.createIfAbsent(DATASET)));
        new MergedViews(DATASET, InForce.of(VERSION, CUT))
                .all()
                .forEach(view -> catalog.run(view.createOrReplace(DATASET)));
        Contents warehouse = new Contents(catalog)
                .put(SameAnswersTest.path(BigQueryTables.events().name()), events)
                .put(SameAnswersTest.path(BigQueryTables.ledger().name()), ledger)
                .put(SameAnswersTest.path(BigQueryTables.opportunities(VERSION).name()), opportunities);

        List<String> measures = Arrays.stream(Measure.values())
                .filter(measure -> measure != Measure.TUNE_INS && measure != Measure.TUNED_S)
                .map(Measure::column)
                .toList();
        LakeCopy copy = new LakeCopy(lake.lake);
        copy.poll();
        Map<Object, Map<String, Object>> expected = new HashMap<>();
        try (copy) {
            copy.report(ReportQuery.of(Map.of(
                            "by",
                            BY,
                            "measures",
                            measures,
                            "from",
                            List.of("2026-11-21"),
                            "to",
                            List.of("2026-11-22"))))
                    .rows()
                    .forEach(row -> expected.put(key(row), row));
        }
        assertTrue(expected.size() > 5, expected.toString());
        Map<Object, Map<String, Object>> got = new HashMap<>();
        String summed = String.join(
                ", ", measures.stream().map(m -> "SUM(" + m + ") AS " + m).toList());
        warehouse
                .query("SELECT " + String.join(", ", BY) + ", " + summed + " FROM "
                        + DATASET.quoted(MergedViews.OPPORTUNITIES) + " WHERE day = '2026-11-21' GROUP BY "
                        + String.join(", ", BY))
                .forEach(row -> got.put(key(row), row));
        assertEquals(expected, got);
    }

    private static Object key(Map<String, Object> row) {
        return Arrays.asList(BY.stream().map(row::get).toArray());
    }

    private String oneOf(String... values) {
        String value = values[random.nextInt(values.length)];
        return value == null ? "NULL::VARCHAR" : "'" + value + "'";
    }

    /** Events of a batch around midnight: all types, some duplicates, some that belong to no request. */
    private String events(int batch) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            String type = oneOf(
                    "ad_request",
                    "ad_decision",
                    "response",
                    "impression",
                    "complete",
                    "error",
                    "ad_delivery",
                    "heartbeat");
            boolean request = !type.equals("'heartbeat'");
            rows.add("SELECT " + type + " AS event_type, TIMESTAMPTZ '2026-11-21 23:" + (10 + random.nextInt(50))
                    + ":30Z' + INTERVAL " + random.nextInt(2) + " HOUR AS event_time, " + batch
                    + "::BIGINT AS ingest_batch, 'dev' AS device, " + oneOf("news", "film")
                    + " AS channel_id, NULL::VARCHAR AS previous_channel_id, " + oneOf("x", "y", null)
                    + " AS last_ad_id, 'north' AS region, 'm1' AS device_model, " + oneOf("routed", "expired")
                    + " AS status, " + (request ? "'r" + i + "'" : "NULL::VARCHAR") + " AS request_id, "
                    + oneOf("a1", "a2", null) + " AS aggregator_id, " + oneOf("ad1", null) + " AS ad_id, "
                    + oneOf("fill", "no_fill", "timeout") + " AS outcome, " + random.nextInt(7000)
                    + "::BIGINT AS latency_ms, " + random.nextInt(5_000_000) + "::BIGINT AS price_micros, "
                    + random.nextInt(60) + "::BIGINT AS duration_s, " + (random.nextInt(8) == 0) + " AS duplicate");
        }
        return String.join(" UNION ALL ", rows);
    }

    private static List<Map<String, Object>> rows(String select) throws SQLException {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet result = duck.createStatement().executeQuery(select)) {
            while (result.next()) {
                Map<String, Object> row = new HashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    Object value = result.getObject(i);
                    row.put(
                            result.getMetaData().getColumnName(i),
                            value instanceof OffsetDateTime time ? time.toInstant() : value);
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** Opportunities as the lake keeps them, and in {@code warehouse} as BigQuery does: with the day. */
    private String facts(List<Map<String, Object>> warehouse) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            List<String> structs = new ArrayList<>();
            List<Map<String, Object>> facts = new ArrayList<>();
            for (int j = 0; j < 1 + random.nextInt(3); j++) {
                int minute = 10 + random.nextInt(50);
                String aggregator = oneOf("a1", "a2", null);
                Map<String, Object> fact = new HashMap<>();
                fact.put("minute", Instant.parse("2026-11-21T23:" + minute + ":00Z"));
                fact.put("aggregator_id", text(aggregator));
                List<String> fields = new ArrayList<>(List.of(
                        "'minute': TIMESTAMPTZ '2026-11-21 23:" + minute + ":00Z'",
                        "'aggregator_id': " + aggregator,
                        "'ad_id': NULL::VARCHAR"));
                for (String sum : SUMS) {
                    long value = random.nextInt(5);
                    fact.put(sum, value);
                    fields.add("'" + sum + "': " + value + "::BIGINT");
                }
                facts.add(fact);
                structs.add("{" + String.join(", ", fields) + "}");
            }
            String channel = oneOf("news", "film");
            String lastAd = oneOf("x", "y", null);
            rows.add("SELECT 'b" + i + "' AS request_id, 'dev' AS device, " + channel
                    + " AS channel_id, NULL::VARCHAR AS previous_channel_id, " + lastAd
                    + " AS last_ad_id, 'north' AS region, 'm1' AS device_model, [" + String.join(", ", structs)
                    + "] AS facts");
            Map<String, Object> row = new HashMap<>();
            row.put("day", LocalDate.parse("2026-11-21"));
            row.put("request_id", "b" + i);
            row.put("channel_id", text(channel));
            row.put("last_ad_id", text(lastAd));
            row.put("facts", facts);
            warehouse.add(row);
        }
        return String.join(" UNION ALL ", rows);
    }

    private static String text(String literal) {
        return literal.startsWith("NULL") ? null : literal.replace("'", "");
    }
}
