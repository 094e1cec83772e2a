package io.datastreamx.verification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FactLogTest {
    private static final List<String> BY_CHANNEL = List.of("aggregator_id", "channel_id");
    private static final long MINUTE = Instant.parse("2026-11-22T10:15:00Z").getEpochSecond() / 60;

    private final FactLog log = new FactLog("USD", Duration.ofHours(2));

    @Test
    void aPrefixEndsWhereItIsToldTo() {
        tuned(0, 0, 1_000, "a", 10);
        tuned(0, 1, 1_001, "b", 20);
        tuned(1, 0, 1_002, "c", 40);
        assertEquals(10, tunedSeconds(Map.of("tuning-events-0", 1L)));
        assertEquals(30, tunedSeconds(Map.of("tuning-events-0", 2L)));
        assertEquals(70, tunedSeconds(Map.of("tuning-events-0", 2L, "tuning-events-1", 1L)));
        assertEquals(10, tunedSeconds(Map.of("tuning-events-0", 1L)), "a shorter prefix again");
        assertEquals(0, log.upTo(Map.of()).read());
    }

    @Test
    void theEarlierAppendTimeWinsWithinOnePrefix() {
        tuned(0, 0, 2_000, "same", 1);
        tuned(1, 0, 1_000, "same", 100);
        Totals totals = log.upTo(Map.of("tuning-events-0", 1L, "tuning-events-1", 1L));
        assertEquals(2, totals.read());
        assertEquals(1, totals.duplicate());
        assertEquals(100, totals.grand().get("tuned_s"));
    }

    @Test
    void whatWasCountedStaysCounted() {
        tuned(0, 0, 2_000, "same", 1);
        tuned(1, 0, 1_000, "same", 100);
        log.upTo(Map.of("tuning-events-0", 1L));
        assertEquals(1, tunedSeconds(Map.of("tuning-events-0", 1L, "tuning-events-1", 1L)));
    }

    @Test
    void beyondTheHorizonARepeatCountsAgain() {
        long horizon = Duration.ofHours(2).toMillis();
        tuned(0, 0, 1_000, "same", 1);
        tuned(0, 1, 1_000 + horizon, "same", 1);
        tuned(0, 2, 1_001 + horizon, "same", 1);
        Totals totals = log.upTo(Map.of("tuning-events-0", 3L));
        assertEquals(1, totals.duplicate());
        assertEquals(2, totals.grand().get("tuned_s"));
    }

    @Test
    void aMalformedRecordHidesNobody() {
        log.append(
                "tuning-events",
                0,
                0,
                1_000,
                heartbeat("same", 5).replace("60", "x").replace("}", "").getBytes(StandardCharsets.UTF_8));
        tuned(0, 1, 1_001, "same", 5);
        Totals totals = log.upTo(Map.of("tuning-events-0", 2L));
        assertEquals(1, totals.malformed());
        assertEquals(1, totals.accepted());
        assertEquals(5, totals.grand().get("tuned_s"));
    }

    @Test
    void eventsAreSummedByDimensionsAndMinute() {
        String complete = """
                {"schema_version":1,"event_id":"c-%d","event_type":"complete","event_time":"2026-11-22T10:15:%d.5Z","device_id":"b",\
                "request_id":"r","aggregator_id":"acme","ad_id":"ad-1","price_micros":%d,"channel_id":"news","region":"n","device_model":"m"}""";
        append("ad-events", 0, 0, 1, complete.formatted(1, 10, 700));
        append("ad-events", 0, 1, 2, complete.formatted(2, 59, 11));
        tuned(0, 0, 3, "t", 30);
        Totals totals = log.upTo(Map.of("ad-events-0", 2L, "tuning-events-0", 1L));
        long[] sums = totals.sums().get(BY_CHANNEL).get(new Totals.Row(List.of("acme", "news"), MINUTE));
        long[] expected = Totals.zeros();
        expected[Totals.measures().indexOf("completes")] = 2;
        expected[Totals.measures().indexOf("completed_price_micros")] = 711;
        assertArrayEquals(expected, sums);
        assertTrue(totals.sums().get(BY_CHANNEL).containsKey(new Totals.Row(Arrays.asList(null, "news"), MINUTE)));
        assertTrue(totals.overAllTime(List.of("aggregator_id", "ad_id"))
                .containsKey(new Totals.Row(List.of("acme", "ad-1"), 0)));
    }

    @Test
    void latencyIsFromTheRequestToItsFirstDecision() {
        for (int i = 0; i < 100; i++) {
            append("ad-requests", 0, i, 1_000, request("r-" + i));
            append("ad-decisions", 0, 2L * i, 1_001 + i, decision("r-" + i, i == 0 ? "expired" : "routed"));
            append("ad-decisions", 0, 2L * i + 1, 9_000, decision("r-" + i, "no_candidate"));
        }
        append("ad-requests", 0, 100, 5_000, request("later"));
        LatencyProbe.Summary summary = log.latency().summary();
        assertEquals(new LatencyProbe.Summary(101, 99, 1, 0, 51, 96, 100, 100), summary);
        assertEquals(1, log.latency().summary(5_000, 6_000).requests());
    }

    private static String request(String id) {
        return """
                {"schema_version":1,"event_id":"q-%1$s","event_type":"ad_request","event_time":"2026-11-22T10:15:10Z","device_id":"b",\
                "request_id":"%1$s","tmax_ms":300,"channel_id":"news","region":"n","device_model":"m"}""".formatted(id);
    }

    private static String decision(String id, String status) {
        return """
                {"schema_version":1,"event_id":"d-%1$s","event_type":"ad_decision","event_time":"2026-11-22T10:15:10Z","device_id":"b",\
                "request_id":"%1$s","request_time":"2026-11-22T10:15:10Z","status":"%2$s","ranked":[],"aggregator_id":"acme","explore":false,\
                "snapshot_id":"s","policy_version":"p","excluded":[],"channel_id":"news","region":"n","device_model":"m"}""".formatted(id, status);
    }

    private void tuned(int partition, long offset, long appendMs, String id, int seconds) {
        append("tuning-events", partition, offset, appendMs, heartbeat(id, seconds));
    }

    private static String heartbeat(String id, int seconds) {
        return """
                {"schema_version":1,"event_id":"%s","event_type":"heartbeat","event_time":"2026-11-22T10:15:30.123Z","device_id":"b",\
                "channel_id":"news","region":"n","device_model":"m","duration_s":%d}""".formatted(id, seconds);
    }

    private void append(String topic, int partition, long offset, long appendMs, String value) {
        log.append(topic, partition, offset, appendMs, value.getBytes(StandardCharsets.UTF_8));
    }

    private long tunedSeconds(Map<String, Long> ends) {
        return log.upTo(ends).grand().get("tuned_s");
    }
}
