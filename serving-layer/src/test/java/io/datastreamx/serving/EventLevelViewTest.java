package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.table.Table;
import io.datastreamx.serving.report.BadQueryException;
import io.datastreamx.serving.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Combinations of dimensions that no rollup holds: opportunities up to the cut, the raw log after it. */
class EventLevelViewTest {
    @TempDir
    Path folder;

    private TestLake lake;
    private Ask ask;

    @BeforeEach
    void open() throws Exception {
        lake = new TestLake(folder);
        for (int batch = 1; batch <= 3; batch++) {
            events(batch);
            lake.complete(batch, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 1));
        }
        events(4); // no ledger row
        ask = new Ask(lake);
    }

    @AfterEach
    void close() {
        ask.close();
    }

    /**
     * Per batch b: one request after ad x, one duplicate of it, a response of b00 ms, a completed ad at price b
     * million, a heartbeat.
     */
    private void events(int batch) throws Exception {
        String columns = "::VARCHAR AS event_type, TIMESTAMPTZ '2026-11-22 10:" + (batch < 10 ? "0" : "") + batch
                + ":30Z' AS event_time, event_time AS counted_time, false AS implausible_clock, " + batch
                + "::BIGINT AS ingest_batch, 'dev' AS device, 'news' AS channel_id, 'film' AS previous_channel_id, 'x' AS last_ad_id, 'north' AS region,"
                + " 'm1' AS device_model, NULL::VARCHAR AS status, CASE WHEN event_type = 'response' THEN 'filled' END AS reason, ";
        String fact = "'r" + batch + "' AS request_id, 'a1' AS aggregator_id, 'ad1' AS ad_id, ";
        lake.nested(
                lake.lake.table(Table.EVENTS),
                "ingest",
                batch,
                "SELECT 'ad_request'" + columns
                        + "'r' AS request_id, NULL AS aggregator_id, NULL AS ad_id, NULL::VARCHAR AS outcome, NULL::BIGINT AS latency_ms,"
                        + " NULL::BIGINT AS counted_price_micros, NULL::VARCHAR AS price_source, NULL::BIGINT AS duration_s, false AS duplicate"
                        + " UNION ALL SELECT 'ad_request'" + columns
                        + "'r', NULL, NULL, NULL, NULL, NULL, NULL, NULL, true"
                        + " UNION ALL SELECT 'response'" + columns + fact + "'fill', " + batch
                        + "00, NULL, NULL, NULL, false"
                        + " UNION ALL SELECT 'complete'" + columns + fact + "NULL, NULL, " + batch
                        + "000000, 'fill', NULL, false"
                        + " UNION ALL SELECT 'ad_delivery'" + columns + fact + "NULL, NULL, NULL, NULL, NULL, false"
                        + " UNION ALL SELECT 'heartbeat'" + columns
                        + "NULL, NULL, NULL, NULL, NULL, NULL, NULL, 60, false");
    }

    /** What a rebuild up to batch 2 would hold, with twice the requests so that the source of a number can be told. */
    private void opportunities() throws Exception {
        opportunities(0);
    }

    /** @param night adds the same again */
    private void opportunities(int night) throws Exception {
        List<String> sums = new ArrayList<>(
                Arrays.stream(Measure.values()).map(Measure::column).toList());
        LatencyHistogram.buckets().forEach(bucket -> sums.add(bucket.column()));
        String zero = sums.stream()
                .filter(sum -> !List.of("requests", "fills", "responses", "latency_ms_le_100")
                        .contains(sum))
                .map(sum -> "'" + sum + "': 0::BIGINT")
                .collect(Collectors.joining(", "));
        String times = "'minute': TIMESTAMPTZ '2026-11-22 10:01:00Z', ";
        String facts = "[{" + times
                + "'aggregator_id': NULL::VARCHAR, 'ad_id': NULL::VARCHAR, 'reason': NULL::VARCHAR, 'requests': 4::BIGINT, 'responses': 0::BIGINT, 'fills': 0::BIGINT,"
                + " 'latency_ms_le_100': 0::BIGINT, " + zero + "}, {" + times
                + "'aggregator_id': 'a1', 'ad_id': 'ad1', 'reason': 'filled', 'requests': 0::BIGINT, 'responses': 1::BIGINT, 'fills': 1::BIGINT, 'latency_ms_le_100': 1::BIGINT, "
                + zero + "}, {" + times
                + "'aggregator_id': 'a1', 'ad_id': NULL::VARCHAR, 'reason': 'error_http_status', 'requests': 0::BIGINT, 'responses': 1::BIGINT, 'fills': 0::BIGINT, 'latency_ms_le_100': 1::BIGINT, "
                + zero + "}]";
        lake.nested(
                lake.lake.table(Table.AD_OPPORTUNITIES),
                "night",
                night,
                "SELECT 'r' AS request_id, 'dev' AS device, 'news' AS channel_id, 'film' AS previous_channel_id, 'x' AS last_ad_id, 'north' AS region,"
                        + " 'm1' AS device_model, " + facts + " AS facts");
    }

    @Test
    void withoutAVersionTheRawLogAnswers() {
        Report report = ask.report(
                "by=last_ad,aggregator", "measures=requests,fills,revenue_micros,latency_p99", "view=merged");
        assertEquals("events", report.source());
        assertEquals(3, report.ingestBatch());
        assertEquals(
                List.of(Arrays.asList("x", "a1", 0L, 3L, 6000L), Arrays.asList("x", null, 3L, 0L, 0L)),
                report.rows().stream()
                        .map(r -> (List<Object>) new ArrayList<>(r.values()).subList(0, 5))
                        .toList());
        assertEquals(300, (Double) report.rows().get(0).get("latency_p99"), 3);
    }

    @Test
    void afterAFlipTheOpportunitiesAnswerUpToTheCut() throws Exception {
        opportunities();
        lake.publish("v1", 2, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 2));
        lake.flip("v1", 2);
        ask.poll();
        assertEquals(5L, ask.value("requests", "by=last_ad"));
        assertEquals(4L, ask.value("requests", "by=last_ad", "view=batch"));
        assertEquals(1L, ask.value("requests", "by=last_ad", "view=live"));
        assertEquals(2L / 3.0, ask.value("fill_rate", "by=last_ad"));
        assertEquals(4L, ask.value("requests", "by=last_ad", "to=2026-11-22T10:02:00Z"));
        assertEquals(1L, ask.value("requests", "where=last_ad=x", "from=2026-11-22T10:02:00Z", "where=region=north"));
        assertEquals(2L, ask.value("responses", "by=region,channel", "where=ad=ad1", "where=last_ad=x"));
        assertEquals(2L, ask.value("responses", "by=reason", "where=reason=filled"));
        assertEquals(1L, ask.value("responses", "by=aggregator,reason", "where=reason=error_http_status"));
        assertTrue(ask.report("by=last_ad", "where=last_ad=y").rows().isEmpty());
    }

    @Test
    void aVersionWithoutEventsBeforeTheCutStillAnswers() {
        lake.publish("v1", 3, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 2));
        lake.flip("v1", 3);
        ask.poll();
        assertTrue(ask.report("by=last_ad").rows().isEmpty());
    }

    @Test
    void batchesThatCompleteLaterAreFound() {
        assertEquals(3L, ask.value("requests", "by=last_ad"));
        lake.complete(4, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 1));
        assertEquals(3L, ask.value("requests", "by=last_ad"));
        ask.poll();
        assertEquals(4L, ask.value("requests", "by=last_ad"));
    }

    /** Nobody asked for single events while commits came and were cleaned away. */
    @Test
    void eventsWhoseCommitsWereCleanedAwayAreFound() throws Exception {
        assertEquals(3L, ask.value("requests", "by=last_ad"));
        for (int batch = 4; batch <= 9; batch++) {
            if (batch > 4) {
                events(batch);
            }
            lake.complete(batch, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 1));
        }
        lake.cleanLog(Table.EVENTS);
        ask.poll();
        assertEquals(9L, ask.value("requests", "by=channel"));
        assertEquals(9L, ask.value("requests", "by=last_ad"));
        events(10);
        lake.complete(10, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 1));
        ask.poll();
        assertEquals(10L, ask.value("requests", "by=last_ad"));
    }

    /** What was listed under a version's name is not what the name stands for now. */
    @Test
    void aVersionPublishedAgainUnderItsNameCountsWhenItComesIntoForce() throws Exception {
        opportunities();
        lake.publish("v1", 2);
        lake.flip("v1", 2);
        ask.poll();
        assertEquals(4L, ask.value("requests", "by=last_ad", "view=batch"));
        opportunities(1);
        lake.publish("v1", 2);
        ask.poll();
        assertEquals(4L, ask.value("requests", "by=last_ad", "view=batch"));
        try (Ask fresh = new Ask(lake)) {
            assertEquals(4L, fresh.value("requests", "by=last_ad", "view=batch"));
        }
        lake.flip("v1", 2);
        ask.poll();
        assertEquals(8L, ask.value("requests", "by=last_ad", "view=batch"));
    }

    /** Small files made one, and then deleted, as maintenance does. */
    @Test
    void eventsWhoseFilesWereConcatenatedAreCountedOnce() throws Exception {
        assertEquals(3L, ask.value("requests", "by=last_ad"));
        Compaction.run(lake.lake.uri(Table.EVENTS));
        assertEquals(3L, ask.value("requests", "by=last_ad"));
        lake.complete(4, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 1));
        ask.poll();
        Path table = Path.of(java.net.URI.create(lake.lake.uri(Table.EVENTS)).getPath());
        for (int batch = 1; batch <= 4; batch++) {
            java.nio.file.Files.delete(table.resolve("ingest-" + batch + ".parquet"));
        }
        assertEquals(4L, ask.value("requests", "by=last_ad"));
    }

    /** DuckDB's division rounds towards 0, so such minutes would count one too late. */
    @Test
    void eventsBefore1970CountInTheirMinuteHourAndDay() throws Exception {
        lake.nested(
                lake.lake.table(Table.EVENTS),
                "ingest",
                5,
                "SELECT 'ad_request' AS event_type, counted_time AS event_time, counted_time, false AS implausible_clock,"
                        + " 5::BIGINT AS ingest_batch, 'dev' AS device, 'old' AS channel_id, NULL::VARCHAR AS previous_channel_id,"
                        + " 'then' AS last_ad_id, 'north' AS region, 'm1' AS device_model, NULL::VARCHAR AS status,"
                        + " 'r' || counted_time AS request_id, NULL::VARCHAR AS aggregator_id, NULL::VARCHAR AS ad_id,"
                        + " NULL::VARCHAR AS outcome, NULL::BIGINT AS latency_ms, NULL::BIGINT AS counted_price_micros, NULL::VARCHAR AS price_source,"
                        + " NULL::BIGINT AS duration_s, false AS duplicate FROM (VALUES (TIMESTAMPTZ '1969-12-31 23:59:59.5Z'),"
                        + " (TIMESTAMPTZ '1969-12-31 23:00:00Z'), (TIMESTAMPTZ '1969-12-30 00:00:30Z'), (TIMESTAMPTZ '1970-01-01 00:00:30Z'))"
                        + " AS t(counted_time)");
        lake.complete(5, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 1));
        ask.poll();
        assertEquals(
                List.of("1969-12-30T00:00:00Z", "1969-12-31T23:00:00Z", "1969-12-31T23:59:00Z", "1970-01-01T00:00:00Z"),
                times("minute"));
        assertEquals(List.of("1969-12-30T00:00:00Z", "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z"), times("hour"));
        assertEquals(List.of("1969-12-30T00:00:00Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"), times("day"));
        assertEquals(2L, ask.value("requests", "where=last_ad=then", "from=1969-12-31", "to=1970-01-01"));
    }

    private List<Object> times(String grain) {
        return ask.report("by=" + grain, "where=last_ad=then", "measures=requests").rows().stream()
                .map(row -> row.get(grain))
                .toList();
    }

    @Test
    void measuresThatAreNotBoundToRequestsAreRefused() {
        for (String measure : List.of("tune_ins", "tuned_s", "unique_devices")) {
            BadQueryException e = assertThrows(
                    BadQueryException.class, () -> ask.report("by=last_ad", "measures=requests," + measure));
            assertTrue(
                    e.getMessage().contains(measure) && e.getMessage().contains("[aggregator_id, channel_id]"),
                    e.getMessage());
        }
        assertFalse(ask.report("by=last_ad").columns().contains("tuned_s"));
    }
}
