package io.datastreamx.warehouse.check;

import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
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

/**
 * Seeded events and opportunities around midnight, each as DuckDB's SELECT for the lake's Parquet files and as values
 * by column for BigQuery.
 */
final class GoldenEvents {
    private static final List<String> SUMS = sums();

    private final Random random = new Random(3);

    /** @param select makes the rows in DuckDB */
    record Rows(String select, List<Map<String, Object>> values) {}

    private static List<String> sums() {
        List<String> sums = new ArrayList<>(
                Arrays.stream(Measure.values()).map(Measure::column).toList());
        LatencyHistogram.buckets().forEach(bucket -> sums.add(bucket.column()));
        return sums;
    }

    /** Events of a batch: all types, some duplicates, some that belong to no request. */
    Rows events(long batch) throws SQLException {
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
                    + ":30Z' + INTERVAL " + random.nextInt(2)
                    + " HOUR AS event_time, event_time AS counted_time, false AS implausible_clock, " + batch
                    + "::BIGINT AS ingest_batch, 'dev' AS device, " + oneOf("news", "film")
                    + " AS channel_id, NULL::VARCHAR AS previous_channel_id, " + oneOf("x", "y", null)
                    + " AS last_ad_id, 'north' AS region, 'm1' AS device_model, " + oneOf("routed", "expired")
                    + " AS status, " + (request ? "'r" + i + "'" : "NULL::VARCHAR") + " AS request_id, "
                    + oneOf("a1", "a2", null) + " AS aggregator_id, " + oneOf("ad1", null) + " AS ad_id, "
                    + oneOf("filled", null) + " AS reason, "
                    + oneOf("fill", "no_fill", "timeout") + " AS outcome, " + random.nextInt(7000)
                    + "::BIGINT AS latency_ms, " + random.nextInt(5_000_000) + "::BIGINT AS counted_price_micros, "
                    + oneOf("fill", "box") + " AS price_source, "
                    + random.nextInt(60) + "::BIGINT AS duration_s, " + (random.nextInt(8) == 0) + " AS duplicate");
        }
        String select = String.join(" UNION ALL ", rows);
        return new Rows(select, values(select));
    }

    /** Opportunities of a version: as the lake keeps them, and as BigQuery does, with the day. */
    Rows opportunities() {
        List<String> selects = new ArrayList<>();
        List<Map<String, Object>> values = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            List<String> structs = new ArrayList<>();
            List<Map<String, Object>> facts = new ArrayList<>();
            for (int j = 0; j < 1 + random.nextInt(3); j++) {
                int minute = 10 + random.nextInt(50);
                String aggregator = oneOf("a1", "a2", null);
                Map<String, Object> fact = new HashMap<>();
                fact.put("minute", Instant.parse("2026-11-21T23:" + minute + ":00Z"));
                fact.put("aggregator_id", text(aggregator));
                String reason = oneOf("filled", "error_timed_out", null);
                fact.put("reason", text(reason));
                List<String> fields = new ArrayList<>(List.of(
                        "'minute': TIMESTAMPTZ '2026-11-21 23:" + minute + ":00Z'",
                        "'aggregator_id': " + aggregator,
                        "'ad_id': NULL::VARCHAR",
                        "'reason': " + reason));
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
            selects.add("SELECT 'b" + i + "' AS request_id, 'dev' AS device, " + channel
                    + " AS channel_id, NULL::VARCHAR AS previous_channel_id, " + lastAd
                    + " AS last_ad_id, 'north' AS region, 'm1' AS device_model, [" + String.join(", ", structs)
                    + "] AS facts");
            Map<String, Object> row = new HashMap<>();
            row.put("day", LocalDate.parse("2026-11-21"));
            row.put("request_id", "b" + i);
            row.put("device", "dev");
            row.put("channel_id", text(channel));
            row.put("last_ad_id", text(lastAd));
            row.put("region", "north");
            row.put("device_model", "m1");
            row.put("facts", facts);
            values.add(row);
        }
        return new Rows(String.join(" UNION ALL ", selects), values);
    }

    private String oneOf(String... values) {
        String value = values[random.nextInt(values.length)];
        return value == null ? "NULL::VARCHAR" : "'" + value + "'";
    }

    private static String text(String literal) {
        return literal.startsWith("NULL") ? null : literal.replace("'", "");
    }

    private static List<Map<String, Object>> values(String select) throws SQLException {
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
}
