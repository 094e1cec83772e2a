package io.datastreamx.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrictReaderTest {
    private static final String GOOD = """
            {"schema_version":1,"event_id":"e-1","event_type":"heartbeat","event_time":"2026-11-22T10:15:30.123Z","device_id":"box-1",\
            "channel_id":"news","region":"north","device_model":"m-1","duration_s":60}""";

    private final StrictReader reader = new StrictReader("USD");

    /** With something else instead of the seconds tuned. */
    private static String tuned(String written) {
        return GOOD.replace("60}", written + "}");
    }

    /** With a member that nobody knows. */
    private static String unknown(String written) {
        return GOOD.replace("60}", "60,\"u\":" + written + "}");
    }

    private static String region(String text) {
        return GOOD.replace("\"north\"", "\"" + text + "\"");
    }

    private static String version(String written) {
        return GOOD.replace("\"schema_version\":1,", "\"schema_version\":" + written + ",");
    }

    private static String time(String text) {
        return GOOD.replace("2026-11-22T10:15:30.123Z", text);
    }

    static Stream<String> good() {
        return Stream.of(
                GOOD,
                GOOD.replace("60}", "60,\"previous_channel_id\":null}"),
                GOOD.replace("60}", "60,\"unknown\":{\"a\":[1,{\"b\":null}]},\"aggregator_id\":5}"),
                " \n\t" + GOOD + "\r\n",
                GOOD.replace("60}", "60,\"\":1}"),
                GOOD.replace("\"region\"", "\"reg\\u0069on\""),
                tuned("0"),
                tuned("-0"),
                tuned("-0.0"),
                tuned("0e999999999999999999999"),
                tuned("172800"),
                tuned("60.0"),
                tuned("6e1"),
                tuned("6E+1"),
                tuned("600000e-4"),
                tuned("60." + "0".repeat(5_000)),
                version("1.0"),
                version("9999"),
                version("1e3"),
                version("\"1.2\""),
                version("\"9999.0.0.9999\""),
                region(" "),
                region("a\\u0000b"),
                region("😀".repeat(2_048)),
                region("\\ud83d\\ude00".repeat(2_048)),
                unknown("[".repeat(499) + "]".repeat(499)),
                unknown("1".repeat(60_000)),
                unknown("[1e400,-1e999999999999,1e-999999999999,0.1e-1]"),
                unknown("[\"\\ud800\",{\"\\udc00\":1}]"),
                unknown("\"" + "x".repeat(65_536 - unknown("\"\"").length()) + "\""),
                time("2026-11-22T10:15:30Z"),
                time("2026-11-22t10:15:30Z"),
                time("2026-11-22T10:15:30.1Z"),
                time("2026-11-22T10:15:30.1234567890123Z"),
                time("0001-01-01T00:00:00Z"),
                time("9999-12-31T23:59:59.999999999Z"),
                time("1582-10-10T00:00:00Z"),
                time("2024-02-29T23:59:59Z"),
                time("2000-02-29T00:00:00Z"));
    }

    static Stream<String> malformed() {
        return Stream.of(
                "",
                " ",
                "null",
                "[" + GOOD + "]",
                GOOD + GOOD,
                GOOD + ",",
                "\ufeff" + GOOD,
                "\u00a0" + GOOD,
                GOOD.replace("60}", "60,}"),
                GOOD.replace("60}", "60,\"region\":\"north\"}"),
                GOOD.replace("60}", "60,\"reg\\u0069on\":\"north\"}"),
                unknown("{\"a\":1,\"a\":2}"),
                unknown("01"),
                unknown("1."),
                unknown(".5"),
                unknown("+1"),
                unknown("Infinity"),
                unknown("'x'"),
                unknown("\"a\tb\""),
                unknown("1 /* one */"),
                tuned("60.5"),
                tuned("1e-1"),
                tuned("1e-99999999999"),
                tuned("1e400"),
                tuned("1e99999999999"),
                tuned("\"60\""),
                tuned("true"),
                tuned("-1"),
                tuned("172801"),
                tuned("172800.0001"),
                tuned("2147483648"),
                tuned("99999999999999999999"),
                tuned("18446744073709551676"),
                tuned("null"),
                GOOD.replace("\"region\":\"north\",", ""),
                region(""),
                region("n".repeat(2_049)),
                region("😀".repeat(2_049)),
                region("\\ud800"),
                region("x\\udc00"),
                region("\\udc00\\ud800"),
                GOOD.replace("60}", "60,\"previous_channel_id\":\"\"}"),
                GOOD.replace("heartbeat", "Heartbeat"),
                GOOD.replace("heartbeat", "impression"),
                version("0"),
                version("1.5"),
                version("10000"),
                version("\"1\\n\""),
                version("\"1.\u0661\""),
                version("\"01\""),
                time("2026-11-22T10:15:30.123"),
                time("2026-11-22T10:15:30.123+00:00"),
                time("2026-11-22T10:15:30z"),
                time("2026-11-22T10:15:30.Z"),
                time("2026-11-22T10:15:30,5Z"),
                time("2026-11-22 10:15:30Z"),
                time("2026-11-22T10:15Z"),
                time("2026-11-22T10:15:60Z"),
                time("2016-12-31T23:59:60Z"),
                time("2026-11-22T24:00:00Z"),
                time("2026-11-31T10:15:30Z"),
                time("2026-02-29T10:15:30Z"),
                time("1900-02-29T10:15:30Z"),
                time("0000-01-01T00:00:00Z"),
                time("-0001-01-01T00:00:00Z"),
                time("+12026-11-20T10:15:30Z"),
                time("2026-W47-5T10:15:30Z"),
                time("２０２６-11-20T10:15:30Z"),
                time(" 2026-11-20T10:15:30Z"),
                time("2026-11-20T10:15:30Z "),
                time("2026-11-20T10:15:30Z\\n"),
                time("2026-11-20T10:15:30." + "1".repeat(2_048) + "Z"),
                unknown("[".repeat(500) + "]".repeat(500)),
                unknown("[".repeat(30_000) + "]".repeat(30_000)),
                unknown("\"" + "x".repeat(65_537 - unknown("\"\"").length()) + "\""));
    }

    /** Shares are compared as they are written, not as the nearest binary fraction. */
    @Test
    void sharesAreCompared() {
        for (String good : List.of("0", "1", "1.0", "10e-1", "-0.0", "1e-400", "1e-99999999999")) {
            assertTrue(reader.read("ad-decisions", decision(good)).isPresent(), good);
        }
        for (String bad : List.of("1.00000000000000000000001", "-1e-400", "1e400", "\"1\"", "true")) {
            assertTrue(reader.read("ad-decisions", decision(bad)).isEmpty(), bad);
        }
    }

    @Test
    void moneyAndTimesToAnswerHaveBounds() {
        String complete = GOOD.replace("heartbeat", "complete")
                .replace(
                        "\"duration_s\":60",
                        "\"request_id\":\"r\",\"aggregator_id\":\"a\",\"ad_id\":\"x\",\"price_micros\":1000000000000");
        assertTrue(reader.read("ad-events", bytes(complete)).isPresent());
        assertTrue(reader.read("ad-events", bytes(complete.replace("1000000000000", "1000000000001")))
                .isEmpty());
        String request = GOOD.replace("heartbeat", "ad_request")
                .replace("\"duration_s\":60", "\"request_id\":\"r\",\"tmax_ms\":86400000,\"max_duration_s\":172800");
        assertTrue(reader.read("ad-requests", bytes(request)).isPresent());
        assertTrue(reader.read("ad-requests", bytes(request.replace("86400000", "86400001")))
                .isEmpty());
        assertTrue(reader.read("ad-requests", bytes(request.replace("172800", "172801")))
                .isEmpty());
    }

    @Test
    void timesAreCutToMicrosecondsTowardsThePast() {
        assertEquals(
                Optional.of(Instant.parse("1969-12-31T23:59:59.999999Z")),
                StrictReader.timeOf("1969-12-31T23:59:59.9999999Z"));
        assertEquals(
                Optional.of(Instant.parse("2026-11-22T10:15:30.500Z")), StrictReader.timeOf("2026-11-22t10:15:30.5Z"));
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (String wrong : List.of("\u00c0\u0080", "\u00ed\u00a0\u0080", "\u00f4\u0090\u0080\u0080", "\u00e2\u0082")) {
            byte[] value = region(wrong).getBytes(StandardCharsets.ISO_8859_1);
            assertTrue(reader.read("tuning-events", value).isEmpty(), wrong);
        }
    }

    private static byte[] decision(String propensity) {
        return bytes("""
                {"schema_version":1,"event_id":"d","event_type":"ad_decision","event_time":"2026-11-22T10:15:10Z","device_id":"b",\
                "request_id":"r","request_time":"2026-11-22T10:15:10Z","status":"routed","ranked":[],"aggregator_id":"acme","explore":false,\
                "propensity":%s,"snapshot_id":"s","policy_version":"p","excluded":[],"channel_id":"news","region":"n","device_model":"m"}""".formatted(propensity));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("good")
    void acceptsWhatTheDesignAllows(String text) {
        assertTrue(
                reader.read("tuning-events", text.getBytes(StandardCharsets.UTF_8))
                        .isPresent(),
                text);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesEverythingElse(String text) {
        assertTrue(
                reader.read("tuning-events", text.getBytes(StandardCharsets.UTF_8))
                        .isEmpty(),
                text);
    }

    @Test
    void moneyInAnotherCurrencyIsRefused() {
        String impression = GOOD.replace("heartbeat", "impression")
                .replace(
                        "\"duration_s\":60",
                        "\"request_id\":\"r\",\"aggregator_id\":\"a\",\"ad_id\":\"x\",\"price_micros\":5,\"currency\":\"EUR\"");
        assertTrue(reader.read("ad-events", impression.getBytes(StandardCharsets.UTF_8))
                .isEmpty());
        assertTrue(new StrictReader("EUR")
                .read("ad-events", impression.getBytes(StandardCharsets.UTF_8))
                .isPresent());
    }

    @Test
    void whateverTheGeneratorSpoilsIsMalformedAndNothingElse() {
        Malformations malformations = new Malformations(new SplittableRandom(3));
        RecordGenerator.Options clean = new RecordGenerator.Options(
                9, 3_000, Instant.parse("2026-11-22T10:00:00Z"), 0, 0.01, 0.01, 0, Set.copyOf(FactLog.TOPICS), "USD");
        RecordGenerator generator = new RecordGenerator(clean);
        Set<String> types = new HashSet<>();
        while (generator.hasNext()) {
            GeneratedRecord record = generator.next();
            var event = reader.read(record.topic(), record.value());
            assertTrue(event.isPresent(), () -> new String(record.value(), StandardCharsets.UTF_8));
            types.add(event.get().get("event_type").textValue());
            GeneratedRecord bad = malformations.of(record);
            assertTrue(
                    reader.read(bad.topic(), bad.value()).isEmpty(),
                    () -> new String(bad.value(), StandardCharsets.UTF_8));
        }
        assertEquals(14, types.size(), types.toString());
    }
}
