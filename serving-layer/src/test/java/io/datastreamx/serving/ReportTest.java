package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_AD;
import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_REGION_DEVICE_MODEL;
import static io.datastreamx.contract.measure.Rollup.PREVIOUS_CHANNEL_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static io.datastreamx.serving.TestLake.sketch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.serving.report.BadQueryException;
import io.datastreamx.serving.report.Csv;
import io.datastreamx.serving.report.Report;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    @TempDir
    static Path folder;

    private static Ask ask;

    @BeforeAll
    static void open() {
        TestLake lake = new TestLake(folder);
        // 10:00 and 10:59 are one hour, 11:00 the next, 00:10 the next day
        lake.complete(
                1,
                row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 10, "devices", sketch(0, 50)),
                row(
                        AGGREGATOR_CHANNEL,
                        T0,
                        "aggregator_id",
                        "a1",
                        "channel_id",
                        "news",
                        "decisions",
                        6,
                        "responses",
                        4,
                        "fills",
                        3,
                        "timeouts",
                        1,
                        "latency_ms_le_10",
                        3,
                        "latency_ms_le_150",
                        1,
                        "devices",
                        sketch(0, 50)),
                row(
                        AGGREGATOR_CHANNEL,
                        T0.plusSeconds(59 * 60),
                        "aggregator_id",
                        "a1",
                        "channel_id",
                        "film",
                        "starts",
                        4,
                        "completes",
                        3,
                        "impressions",
                        5,
                        "completed_price_micros",
                        4_500_700,
                        "devices",
                        sketch(40, 50)),
                row(
                        AGGREGATOR_REGION_DEVICE_MODEL,
                        T0,
                        "aggregator_id",
                        "a1",
                        "region",
                        "north",
                        "device_model",
                        "m1",
                        "decisions",
                        6),
                row(AGGREGATOR_AD, T0, "aggregator_id", "a1", "ad_id", "=1+1", "impressions", 2),
                row(AGGREGATOR_AD, T0, "aggregator_id", "a1", "ad_id", "say \"hi\", now", "impressions", 3),
                row(
                        PREVIOUS_CHANNEL_CHANNEL,
                        T0,
                        "previous_channel_id",
                        "film",
                        "channel_id",
                        "news",
                        "requests",
                        10,
                        "tune_ins",
                        2));
        lake.publish("v1", 1, row(AGGREGATOR_CHANNEL, T0, "channel_id", "old", "requests", 1));
        lake.complete(
                2,
                row(AGGREGATOR_CHANNEL, T0.plusSeconds(3600), "channel_id", "news", "requests", 7),
                row(
                        AGGREGATOR_CHANNEL,
                        T0.plusSeconds(3600),
                        "aggregator_id",
                        "a2",
                        "channel_id",
                        "news",
                        "decisions",
                        2,
                        "responses",
                        2,
                        "latency_ms_le_10",
                        2),
                row(AGGREGATOR_CHANNEL, T0.plusSeconds(14 * 3600 + 600), "channel_id", "film", "requests", 3));
        ask = new Ask(lake);
    }

    @AfterAll
    static void close() {
        ask.close();
    }

    private static List<List<Object>> table(String... parameters) {
        return table(ask, parameters);
    }

    private static List<List<Object>> table(Ask asked, String... parameters) {
        return asked.report(parameters).rows().stream()
                .map(row -> (List<Object>) new ArrayList<>(row.values()))
                .toList();
    }

    private static List<Object> line(Object... values) {
        return Arrays.asList(values);
    }

    @Test
    void minutesRollToHoursAndDays() {
        assertEquals(
                List.of(
                        line("2026-11-22T10:00:00Z", 10L),
                        line("2026-11-22T10:59:00Z", 0L),
                        line("2026-11-22T11:00:00Z", 7L),
                        line("2026-11-23T00:10:00Z", 3L)),
                table("by=minute", "measures=requests"));
        assertEquals(
                List.of(
                        line("2026-11-22T10:00:00Z", 10L),
                        line("2026-11-22T11:00:00Z", 7L),
                        line("2026-11-23T00:00:00Z", 3L)),
                table("by=hour", "measures=requests"));
        assertEquals(
                List.of(line("2026-11-22T00:00:00Z", 17L), line("2026-11-23T00:00:00Z", 3L)),
                table("by=day", "measures=requests"));
    }

    @Test
    void minutesBefore1970LieInTheirHourAndDay(@TempDir Path other) {
        TestLake lake = new TestLake(other);
        lake.complete(
                1,
                row(AGGREGATOR_CHANNEL, Instant.parse("1969-12-31T23:59:00Z"), "requests", 1),
                row(AGGREGATOR_CHANNEL, Instant.parse("1969-12-31T23:00:00Z"), "requests", 10),
                row(AGGREGATOR_CHANNEL, Instant.parse("1969-12-31T00:00:00Z"), "requests", 100),
                row(AGGREGATOR_CHANNEL, Instant.parse("1970-01-01T00:00:00Z"), "requests", 1000));
        try (Ask past = new Ask(lake)) {
            assertEquals(
                    List.of(
                            line("1969-12-31T00:00:00Z", 100L),
                            line("1969-12-31T23:00:00Z", 10L),
                            line("1969-12-31T23:59:00Z", 1L),
                            line("1970-01-01T00:00:00Z", 1000L)),
                    table(past, "by=minute", "measures=requests"));
            assertEquals(
                    List.of(
                            line("1969-12-31T00:00:00Z", 100L),
                            line("1969-12-31T23:00:00Z", 11L),
                            line("1970-01-01T00:00:00Z", 1000L)),
                    table(past, "by=hour", "measures=requests"));
            assertEquals(
                    List.of(line("1969-12-31T00:00:00Z", 111L), line("1970-01-01T00:00:00Z", 1000L)),
                    table(past, "by=day", "measures=requests"));
        }
    }

    /** Written directly: the contract's bounds keep such prices out. */
    @Test
    void sumsBeyond64BitsAreExact(@TempDir Path other) {
        TestLake lake = new TestLake(other);
        for (int batch = 1; batch <= 3; batch++) {
            lake.complete(
                    batch,
                    row(
                            AGGREGATOR_CHANNEL,
                            T0,
                            "channel_id",
                            "dear",
                            "completed_price_micros",
                            Long.MAX_VALUE,
                            "impressions",
                            2,
                            "completes",
                            1),
                    row(AGGREGATOR_CHANNEL, T0, "channel_id", "cheap", "completed_price_micros", 1500, "completes", 1));
        }
        try (Ask huge = new Ask(lake)) {
            BigInteger dear = BigInteger.valueOf(Long.MAX_VALUE).multiply(BigInteger.valueOf(3));
            Object revenue = new BigDecimal(dear)
                    .divide(new BigDecimal(1000), 0, RoundingMode.HALF_UP)
                    .longValueExact();
            assertEquals(
                    List.of(line("cheap", 4500L, 5L, 3L), line("dear", dear, revenue, 3L)),
                    table(huge, "by=channel", "measures=completed_price_micros,revenue_micros,completes"));
            assertEquals(
                    List.of(line("dear", dear), line("cheap", 4500L)),
                    table(huge, "by=channel", "measures=completed_price_micros", "order=-completed_price_micros"));
            assertEquals(
                    List.of("dear", "cheap"),
                    huge.report("by=channel", "order=-revenue_micros").rows().stream()
                            .map(row -> row.get("channel"))
                            .toList(),
                    "every measure");
            assertEquals(((Long) revenue).doubleValue() * 1000 / 6, huge.value("ecpm_micros", "where=channel=dear"));
        }
    }

    @Test
    void namesAreEchoedAsAsked() {
        assertEquals(
                List.of("channel", "requests"),
                List.copyOf(ask.report("by=channel", "measures=requests")
                        .rows()
                        .get(0)
                        .keySet()));
        assertEquals(
                List.of("channel_id", "requests"),
                List.copyOf(ask.report("by=channel_id", "measures=requests")
                        .rows()
                        .get(0)
                        .keySet()));
    }

    @Test
    void fromIsInclusiveAndToExclusive() {
        assertEquals(10L, ask.value("requests", "from=2026-11-22T10:00:00Z", "to=2026-11-22T11:00:00Z"));
        assertEquals(7L, ask.value("requests", "from=2026-11-22T10:01:00Z", "to=2026-11-23"));
        assertEquals(7L, ask.value("requests", "from=2026-11-22T12:00:00+01:00", "to=2026-11-22T12:01:00+01:00"));
    }

    @Test
    void whereFiltersAndRepeatedValuesAreAlternatives() {
        assertEquals(17L, ask.value("requests", "where=channel=news"));
        assertEquals(20L, ask.value("requests", "where=channel=news", "where=channel_id=film"));
        assertEquals(4L, ask.value("responses", "where=channel=news", "where=aggregator=a1"));
        assertEquals(17L, ask.value("requests", "where=aggregator=", "where=channel=news"));
        assertEquals(0L, ask.value("requests", "where=channel=news' OR 'x'='x"));
    }

    @Test
    void theRollupThatCoversDimensionsAndFiltersAnswers() {
        assertEquals(
                "rollup aggregator_ad",
                ask.report("by=ad", "measures=impressions").source());
        assertEquals(
                "rollup previous_channel_channel",
                ask.report("by=previous_channel", "where=channel=news").source());
        assertEquals(
                "rollup aggregator_region_device_model",
                ask.report("by=region,aggregator").source());
        assertEquals(List.of(line("film", 2L)), table("by=previous_channel", "measures=tune_ins"));
    }

    @Test
    void derivedMeasuresAreComputedFromTheSums() {
        assertEquals(4501L, ask.value("revenue_micros"));
        assertEquals(0.5, ask.value("fill_rate"));
        assertEquals(0.75, ask.value("completion_rate"));
        assertEquals(4501.0 * 1000 / 5, ask.value("ecpm_micros"));
        assertNull(ask.value("fill_rate", "where=aggregator=a9"));
    }

    @Test
    void percentilesComeFromTheMergedHistogram() {
        // five responses in (7, 10], one in (125, 150]
        assertEquals(7 + 3 * (3.0 / 5), (Double) ask.value("latency_p50"), 1e-9);
        assertEquals(125 + 25 * (5.7 - 5), (Double) ask.value("latency_p95"), 1e-9);
        assertNull(ask.value("latency_p99", "where=channel=film"));
    }

    @Test
    void sketchesUniteToDistinctDevices() {
        assertEquals(90L, (Long) ask.value("unique_devices"), 2);
        List<List<Object>> byChannel = table("by=channel", "measures=unique_devices", "to=2026-11-22T11:00:00Z");
        assertEquals(50L, (Long) byChannel.get(0).get(1), 1);
        assertEquals(50L, (Long) byChannel.get(1).get(1), 1);
    }

    @Test
    void orderAndLimit() {
        assertEquals(
                List.of(line("news", 17L)), table("by=channel", "measures=requests", "order=-requests", "limit=1"));
        assertEquals(
                List.of(line("film", 3L), line("news", 17L)),
                table("by=channel", "measures=requests", "order=requests"));
    }

    @Test
    void defaultMeasuresAreAllButTheSketch() {
        Map<String, Object> row = ask.report().rows().get(0);
        assertTrue(row.keySet().containsAll(List.of("requests", "tuned_s", "revenue_micros", "latency_p99")));
        assertTrue(!row.containsKey("unique_devices"));
    }

    @Test
    void csvQuotesAndDefusesFormulas() throws Exception {
        Report report =
                ask.report("by=ad", "measures=impressions,fill_rate", "where=ad==1+1", "where=ad=say \"hi\", now");
        StringBuilder csv = new StringBuilder();
        Csv.write(report, csv);
        assertEquals("ad,impressions,fill_rate\r\n'=1+1,2,\r\n\"say \"\"hi\"\", now\",3,\r\n", csv.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    by=colour | unknown dimension 'colour'; allowed: aggregator, channel
                    measures=clicks | unknown measure 'clicks'; allowed: requests
                    view=all | allowed: merged, batch, live
                    where=channel | where=dimension=value
                    where=minute=1 | unknown dimension 'minute'
                    from=yesterday | from must be a time such as
                    from=2026-11-22T10:00:30Z | whole minute
                    limit=0 | limit must be a whole number
                    order=requests;drop | cannot order by
                    by=channel,channel_id | each dimension once
                    colour=red | unknown parameter 'colour'
                    """)
    void whatIsWrongIsNamed(String parameter, String message) {
        BadQueryException e = assertThrows(BadQueryException.class, () -> ask.report(parameter.strip()));
        assertTrue(e.getMessage().contains(message.strip()), e.getMessage());
    }

    @Test
    void fromMustLieBeforeTo() {
        assertThrows(BadQueryException.class, () -> ask.report("from=2026-11-23", "to=2026-11-22"));
    }
}
