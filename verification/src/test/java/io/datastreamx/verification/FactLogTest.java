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

    private static final long BASE = Instant.parse("2026-11-22T10:16:00Z").toEpochMilli();

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
    void aRepeatInAnotherPartitionCountsUntilANightHasSeenBoth() {
        tuned(0, 0, 2_000, "same", 1);
        tuned(1, 0, 1_000, "same", 100);
        Map<String, Long> ends = Map.of("tuning-events-0", 1L, "tuning-events-1", 1L);
        Totals live = log.upTo(ends);
        assertEquals(0, live.duplicate());
        assertEquals(101, live.grand().get("tuned_s"));
        assertEquals(101, log.upTo(ends, Map.of("tuning-events-1", 1L)).grand().get("tuned_s"), "it saw only one");
        Totals night = log.upTo(ends, ends);
        assertEquals(100, night.grand().get("tuned_s"), "the one that was appended first");
        assertEquals(1, night.late());
        assertEquals(2, night.accepted(), "the ledger stays as it is");
        assertEquals(101, log.upTo(ends).grand().get("tuned_s"), "and nothing of it is remembered");
    }

    @Test
    void whatIsADuplicateDoesNotDependOnThePrefix() {
        tuned(0, 0, 2_000, "same", 1);
        tuned(0, 1, 1_000, "same", 100);
        assertEquals(1, tunedSeconds(Map.of("tuning-events-0", 1L)));
        assertEquals(1, tunedSeconds(Map.of("tuning-events-0", 2L)));
        assertEquals(1, log.upTo(Map.of("tuning-events-0", 2L)).duplicate());
    }

    @Test
    void beyondTheHorizonARepeatCountsAgainUntilTheNight() {
        long horizon = Duration.ofHours(2).toMillis();
        tuned(0, 0, 1_000, "same", 1);
        tuned(0, 1, 1_000 + horizon, "same", 10);
        tuned(0, 2, 1_001 + horizon, "same", 100);
        tuned(0, 3, 1_000 + 2 * horizon, "same", 1_000);
        Map<String, Long> ends = Map.of("tuning-events-0", 4L);
        Totals totals = log.upTo(ends);
        assertEquals(2, totals.duplicate(), "of the first, and of the third");
        assertEquals(101, totals.grand().get("tuned_s"));
        assertEquals(1, log.upTo(ends, ends).grand().get("tuned_s"));
    }

    @Test
    void withoutAHorizonNothingIsRecognised() {
        FactLog blind = new FactLog("USD", Duration.ZERO);
        for (int offset = 0; offset < 2; offset++) {
            blind.append("tuning-events", 0, offset, BASE, heartbeat("same", 1).getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(0, blind.upTo(Map.of("tuning-events-0", 2L)).duplicate());
    }

    @Test
    void aBoxIsKnownByDeviceTypeIdAndTime() {
        String first = heartbeat("1", 1);
        append("tuning-events", 0, 0, 1, first);
        append("tuning-events", 0, 1, 2, first.replace("\"device_id\":\"b\"", "\"device_id\":\"c\""));
        append("tuning-events", 0, 2, 3, first.replace("heartbeat", "tune_out"));
        append("tuning-events", 0, 3, 4, first.replace("30.123Z", "30.124Z"));
        append("tuning-events", 0, 4, 5, first.replace("\"event_id\":\"1\"", "\"event_id\":\"2\""));
        assertEquals(0, log.upTo(Map.of("tuning-events-0", 5L)).duplicate());
        append("tuning-events", 0, 5, 6, first.replace("news", "sport"));
        append("tuning-events", 0, 6, 7, first.replace("T10:15:30.123Z", "t10:15:30.123000999Z"));
        assertEquals(2, log.upTo(Map.of("tuning-events-0", 7L)).duplicate(), "whatever else differs");
    }

    @Test
    void whatAServiceWroteIsKnownByTypeAndId() {
        append("ad-decisions", 0, 0, 1, decision("r", "routed"));
        append("ad-decisions", 0, 1, 2, decision("r", "expired").replace("22T10:15:10", "22T10:15:11"));
        append("ad-decisions", 0, 2, 3, decision("r", "routed").replace("\"device_id\":\"b\"", "\"device_id\":\"c\""));
        assertEquals(2, log.upTo(Map.of("ad-decisions-0", 3L)).duplicate());
    }

    @Test
    void aNightLooksAroundTwoDays() {
        List<String> times =
                List.of("2026-11-20T23:59:59Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-17T23:59:59Z");
        for (int partition = 0; partition < times.size(); partition++) {
            append(
                    "ad-decisions",
                    partition,
                    0,
                    partition,
                    decision("r", "routed")
                            .replaceFirst("\"event_time\":\"[^\"]*", "\"event_time\":\"" + times.get(partition)));
        }
        Map<String, Long> ends =
                Map.of("ad-decisions-0", 1L, "ad-decisions-1", 1L, "ad-decisions-2", 1L, "ad-decisions-3", 1L);
        assertEquals(4, log.upTo(ends).grand().get("decisions"));
        assertEquals(
                2,
                log.upTo(ends, ends).grand().get("decisions"),
                "the third repeats the second, though that does not count; the fourth is too far from all");
    }

    @Test
    void anUnbelievableClockCountsInTheMinuteOfTheAppend() {
        Instant append = Instant.ofEpochMilli(BASE);
        Instant oldest = append.minus(Duration.ofDays(35));
        Instant farthest = append.plus(Duration.ofHours(25));
        List<Instant> times = List.of(
                oldest,
                farthest,
                oldest.minusMillis(1),
                farthest.plusMillis(1),
                Instant.EPOCH,
                oldest.minusNanos(1_000));
        for (int i = 0; i < times.size(); i++) {
            append(
                    "tuning-events",
                    0,
                    i,
                    0,
                    heartbeat("h", 1)
                            .replace("2026-11-22T10:15:30.123Z", times.get(i).toString()));
        }
        Totals totals = log.upTo(Map.of("tuning-events-0", 6L));
        assertEquals(4, totals.grand().get("implausible_clocks"));
        Map<Totals.Row, long[]> rows = totals.sums().get(BY_CHANNEL);
        int tuned = Totals.measures().indexOf("tuned_s");
        assertEquals(4, rows.get(new Totals.Row(Arrays.asList(null, "news"), BASE / 60_000))[tuned]);
        assertEquals(1, rows.get(new Totals.Row(Arrays.asList(null, "news"), oldest.getEpochSecond() / 60))[tuned]);
        assertEquals(1, rows.get(new Totals.Row(Arrays.asList(null, "news"), farthest.getEpochSecond() / 60))[tuned]);
    }

    @Test
    void clocksAreCountedOfEveryTypeThatIsCountedAnywhere() {
        String quartile = """
                {"schema_version":1,"event_id":"q","event_type":"first_quartile","event_time":"1970-01-01T00:00:01Z","device_id":"b",\
                "request_id":"r","aggregator_id":"acme","ad_id":"ad-1","price_micros":1,"channel_id":"news","region":"n","device_model":"m"}""";
        String delivery = """
                {"schema_version":1,"event_id":"d","event_type":"ad_delivery","event_time":"1970-01-01T00:00:01Z","device_id":"b",\
                "request_id":"r","aggregator_id":"acme","ad_id":"ad-1","creative_id":"c","media_url":"u"}""";
        append("ad-events", 0, 0, 1, quartile);
        append("ad-deliveries", 0, 0, 1, delivery);
        Totals totals = log.upTo(Map.of("ad-events-0", 1L, "ad-deliveries-0", 1L));
        assertEquals(2, totals.accepted());
        assertEquals(1, totals.grand().get("implausible_clocks"));
    }

    @Test
    void aMalformedRecordHidesNobody() {
        log.append(
                "tuning-events",
                0,
                0,
                BASE,
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
        String fill = """
                {"schema_version":1,"event_id":"f-%d","event_type":"response","event_time":"2026-11-22T11:15:10.5Z","device_id":"b",\
                "request_id":"r","aggregator_id":"acme","attempt":1,"outcome":"fill","latency_ms":9,"price_micros":%d,"channel_id":"other","region":"n",\
                "device_model":"m"}""";
        append("ad-events", 0, 0, 1, complete.formatted(1, 10, 700));
        append("ad-events", 1, 0, 1, fill.formatted(1, 5));
        append("ad-events", 0, 1, 2, complete.formatted(2, 59, 11));
        append("ad-events", 0, 2, 2, fill.formatted(2, 40));
        append("ad-events", 0, 3, 2, fill.formatted(3, 30));
        append("ad-events", 0, 4, 240L * 60_000, complete.formatted(4, 59, 11));
        append("ad-events", 0, 5, 251L * 60_000, complete.formatted(5, 59, 1_000));
        tuned(0, 0, 3, "t", 30);
        Totals totals = log.upTo(Map.of("ad-events-0", 6L, "ad-events-1", 1L, "tuning-events-0", 1L));
        long[] sums = totals.sums().get(BY_CHANNEL).get(new Totals.Row(List.of("acme", "news"), MINUTE));
        long[] expected = Totals.zeros();
        expected[Totals.measures().indexOf("completes")] = 4;
        expected[Totals.measures().indexOf("completed_price_micros")] = 700 + 11 + 30 + 1_000;
        expected[Totals.measures().indexOf("completes_without_fill")] = 3;
        expected[Totals.measures().indexOf("unfilled_price_micros")] = 700 + 11 + 1_000;
        assertArrayEquals(expected, sums);
        assertTrue(totals.sums().get(BY_CHANNEL).containsKey(new Totals.Row(Arrays.asList(null, "news"), MINUTE)));
        assertTrue(totals.by(Interval.ALL_TIME, List.of("aggregator_id", "ad_id"), Long.MIN_VALUE)
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
        assertEquals(1, log.latency().summary(BASE + 5_000, BASE + 6_000).requests());
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

    private void append(String topic, int partition, long offset, long afterBaseMs, String value) {
        log.append(topic, partition, offset, BASE + afterBaseMs, value.getBytes(StandardCharsets.UTF_8));
    }

    private long tunedSeconds(Map<String, Long> ends) {
        return log.upTo(ends).grand().get("tuned_s");
    }
}
