package io.datastreamx.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
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

    static Stream<String> good() {
        return Stream.of(
                GOOD,
                GOOD.replace("1,\"event_id", "\"1.2\",\"event_id"),
                GOOD.replace("30.123Z", "30Z"),
                GOOD.replace("60}", "60,\"previous_channel_id\":null}"),
                GOOD.replace("60}", "60,\"unknown\":{\"a\":[1,{\"b\":null}]},\"aggregator_id\":5}"),
                " \n" + GOOD + "\r\n");
    }

    static Stream<String> malformed() {
        return Stream.of(
                "",
                " ",
                "null",
                "[" + GOOD + "]",
                GOOD + GOOD,
                GOOD + ",",
                GOOD.replace("60}", "60,}"),
                GOOD.replace("60}", "60,\"region\":\"north\"}"),
                GOOD.replace("60}", "60,\"u\":{\"a\":1,\"a\":1}}"),
                GOOD.replace("60}", "60.0}"),
                GOOD.replace("60}", "6e1}"),
                GOOD.replace("60}", "\"60\"}"),
                GOOD.replace("60}", "-1}"),
                GOOD.replace("60}", "2147483648}"),
                GOOD.replace("60}", "99999999999999999999}"),
                GOOD.replace("60}", "null}"),
                GOOD.replace("\"region\":\"north\",", ""),
                GOOD.replace("\"north\"", "\"\""),
                GOOD.replace("\"north\"", "\"" + "n".repeat(2_049) + "\""),
                GOOD.replace("heartbeat", "Heartbeat"),
                GOOD.replace("heartbeat", "impression"),
                GOOD.replace("123Z", "123"),
                GOOD.replace("123Z", "123+00:00"),
                GOOD.replace("11-22", "11-31"),
                GOOD.replace("2026-", "2626-"),
                GOOD.replace("\"schema_version\":1", "\"schema_version\":0"),
                GOOD.replace("\"schema_version\":1", "\"schema_version\":1.0"),
                GOOD.replace("60}", "60,\"u\":" + "[".repeat(20) + "]".repeat(20) + "}"),
                GOOD.replace("60}", "60,\"u\":\"" + "x".repeat(65_536) + "\"}"));
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
                9, 3_000, Instant.parse("2026-11-22T10:00:00Z"), 0, 0.01, 0, Set.copyOf(FactLog.TOPICS), "USD");
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
