package io.datastreamx.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollupPeerTest {
    /** A row of the raw log, as far as rollups read it; of a box, in channel {@code c1}. */
    private static final String ROW = """
            SELECT %s AS duplicate, '%s' AS event_type, TIMESTAMPTZ '2026-11-01 12:00:%s+00' AS counted_time, '%s' AS device,
              CAST(NULL AS VARCHAR) AS status, 'fill' AS outcome, CAST(%s AS BIGINT) AS latency_ms,
              CAST(NULL AS BIGINT) AS counted_price_micros, CAST(NULL AS VARCHAR) AS price_source, CAST(60 AS BIGINT) AS duration_s, false AS implausible_clock,
              CAST(%s AS VARCHAR) AS aggregator_id, 'c1' AS channel_id, CAST(NULL AS VARCHAR) AS previous_channel_id,
              'r1' AS region, 'm1' AS device_model, CAST(NULL AS VARCHAR) AS ad_id""";

    @TempDir
    Path folder;

    private void writeLog(String... rows) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (" + String.join(" UNION ALL ", rows) + ") TO '" + folder.resolve("log.parquet")
                    + "' (FORMAT parquet)");
        }
    }

    private RollupTotals totals(Path answers) throws Exception {
        try (Stream<Path> files = Files.walk(answers)) {
            return RollupTotals.of(
                    files.filter(file -> file.toString().endsWith(".parquet")).toList());
        }
    }

    @Test
    void countsWhatCountsInEachRollup() throws Exception {
        writeLog(
                ROW.formatted(false, "response", "01", "box1", "8", "'a1'"),
                ROW.formatted(false, "response", "59", "box2", "400", "'a1'"),
                ROW.formatted(false, "heartbeat", "30", "box1", "NULL", "NULL"),
                ROW.formatted(true, "response", "02", "box1", "8", "'a1'"),
                ROW.formatted(false, "ad_delivery", "03", "box1", "NULL", "'a1'"));
        try (DuckDbPeer peer = new DuckDbPeer()) {
            peer.run(folder + "/*.parquet", Files.createDirectory(folder.resolve("answers")));
        }
        RollupTotals totals = totals(folder.resolve("answers"));
        assertThat(totals.byRollup())
                .containsOnlyKeys(
                        "aggregator_channel",
                        "aggregator_region_device_model",
                        "aggregator_ad",
                        "previous_channel_channel");
        assertThat(totals.byRollup().get("aggregator_channel"))
                .containsAllEntriesOf(Map.of(
                        "rows", 2L, "responses", 2L, "tuned_s", 60L, "latency_ms_le_10", 1L, "latency_ms_le_400", 1L));
        assertThat(totals.byRollup().get("previous_channel_channel"))
                .containsAllEntriesOf(Map.of("rows", 1L, "responses", 2L));
        assertThat(totals.rows()).isEqualTo(7);
    }

    @Test
    void saysWhatDiffers() {
        RollupTotals one = new RollupTotals(Map.of("aggregator_ad", Map.of("rows", 2L, "responses", 3L)));
        RollupTotals other = new RollupTotals(Map.of("aggregator_ad", Map.of("rows", 2L, "responses", 4L)));
        assertThat(one.differences(other)).contains("aggregator_ad, responses: 3 and 4");
        assertThat(new RollupTotals(Map.of()).differences(new RollupTotals(Map.of())))
                .isEqualTo(List.of(
                        "aggregator_channel: no rows",
                        "aggregator_region_device_model: no rows",
                        "aggregator_ad: no rows",
                        "previous_channel_channel: no rows"));
    }
}
