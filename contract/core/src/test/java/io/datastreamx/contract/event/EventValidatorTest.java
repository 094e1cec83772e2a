package io.datastreamx.contract.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventValidatorTest {
    private final EventValidator validator = new EventValidator("USD");

    @ParameterizedTest
    @EnumSource(EventType.class)
    void aValidRecordOfEachTypePasses(EventType type) {
        Event event = accepted(type, Samples.bytes(Samples.text(type)));
        assertEquals(type, event.type());
        assertEquals("e1", event.eventId());
        assertEquals(1_795_341_600_123_000L, event.eventTimeMicros());
        assertEquals(Optional.empty(), event.extra());
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void eachMissingOrNullRequiredFieldIsNamed(EventType type) {
        for (Field field : EventSchema.of(type)) {
            if (field.required()) {
                ObjectNode without = Samples.of(type).without(field.name());
                assertEquals(
                        new Rejection(ReasonCode.MISSING_FIELD, field.name()), rejected(type, Samples.bytes(without)));
                assertEquals(
                        new Rejection(ReasonCode.MISSING_FIELD, field.name()),
                        rejected(type, Samples.bytes(Samples.of(type).putNull(field.name()))));
            } else if (!Set.of("price_micros", "aggregator_id").contains(field.name())) {
                // Those two are required with a fill and with a routed decision; see below.
                accepted(type, Samples.bytes(Samples.of(type).putNull(field.name())));
            }
        }
    }

    /** No value of one JSON type is taken for another. */
    @ParameterizedTest
    @EnumSource(EventType.class)
    void eachFieldRefusesAnotherType(EventType type) {
        for (Field field : EventSchema.of(type)) {
            ObjectNode wrong = Samples.of(type);
            if (field.type() instanceof FieldType.Whole
                    || field.type() instanceof FieldType.Decimal
                    || field.type() instanceof FieldType.Objects) {
                wrong.put(field.name(), "1");
            } else if (field.type() instanceof FieldType.SchemaVersion) {
                wrong.put(field.name(), true);
            } else {
                wrong.put(field.name(), 1);
            }
            assertEquals(
                    ReasonCode.WRONG_TYPE, rejected(type, Samples.bytes(wrong)).reason(), field.name());
        }
    }

    @Test
    void unknownFieldsAreKept() {
        ObjectNode request = Samples.of(EventType.AD_REQUEST);
        request.put("hdr", true).putObject("viewer").put("age", 40);
        assertEquals(
                Optional.of("{\"hdr\":true,\"viewer\":{\"age\":40}}"),
                accepted(EventType.AD_REQUEST, Samples.bytes(request)).extra());
    }

    /** As they were written: no tree keeps 1e400, sixty digits, or half of a surrogate pair. */
    @Test
    void unknownFieldsAreKeptByteForByte() {
        List<String> members = List.of(
                "\"far\" : 1e400",
                "\"long\":" + "1234567890".repeat(150),
                "\"\":1",
                "\"price\":0.10",
                "\"\\ud800\": \"\\udc00\"",
                "\"ü\\u00fc\":{\"a\": [ 1.0, \"münchen \uD83D\uDE00\" ] ,\n\"b\":null}",
                "\"latency_ms\":\"of another type\"",
                "\"last\":-0.0e-0");
        String good = Samples.text(EventType.TUNE_IN);
        String inner = good.substring(1, good.length() - 1);
        String expected = "{" + String.join(",", members) + "}";
        for (String text : List.of(
                "{" + inner + ",\n " + String.join(" ,\t", members) + " }",
                " { " + String.join(" , ", members) + "," + inner + "}\r\n")) {
            assertEquals(
                    Optional.of(expected),
                    accepted(EventType.TUNE_IN, text.getBytes(StandardCharsets.UTF_8))
                            .extra());
        }
    }

    @Test
    void theTypeMayStandLastAndUnknownFieldsFirst() {
        String text = Samples.text(EventType.RESPONSE).replace("\"event_type\":\"response\",", "");
        String last = text.replaceFirst("[{]", "{\"hdr\":{\"event_type\":\"tune_in\"},")
                .replaceFirst("}$", ",\"event_type\":\"response\"}");
        Event event = accepted(EventType.RESPONSE, last.getBytes(StandardCharsets.UTF_8));
        assertEquals(
                accepted(EventType.RESPONSE, Samples.bytes(Samples.text(EventType.RESPONSE)))
                        .value("latency_ms"),
                event.value("latency_ms"));
        assertEquals(Optional.of("{\"hdr\":{\"event_type\":\"tune_in\"}}"), event.extra());
    }

    static Stream<Arguments> spellings() {
        return Stream.of(
                Arguments.of("duration_s", "500.0", 500L),
                Arguments.of("duration_s", "1e2", 100L),
                Arguments.of("duration_s", "1000E-1", 100L),
                Arguments.of("duration_s", "-0", 0L),
                Arguments.of("duration_s", "-0.0e5", 0L),
                Arguments.of("duration_s", "0e999999999999", 0L),
                Arguments.of("duration_s", "1.728" + "0".repeat(2_000) + "e5", 172_800L),
                Arguments.of("schema_version", "1.0", "1"),
                Arguments.of("schema_version", "1e3", "1000"),
                Arguments.of("schema_version", "\"1.2\"", "1.2"),
                Arguments.of("channel_id", "\"\\ud83d\\ude00\"", "\uD83D\uDE00"),
                Arguments.of("channel_id", "\"" + "\uD83D\uDE00".repeat(2_048) + "\"", "\uD83D\uDE00".repeat(2_048)),
                Arguments.of("channel_id", "\" \"", " "),
                Arguments.of("channel_id", "\"a\\u0000b\"", "a\u0000b"),
                Arguments.of("previous_channel_id", "null", null),
                Arguments.of("event_time", "\"1969-12-31T23:59:59.9999999Z\"", -1L),
                Arguments.of("event_time", "\"0001-01-01T00:00:00Z\"", FieldType.Time.MIN_MICROS),
                Arguments.of("event_time", "\"9999-12-31T23:59:59.999999Z\"", FieldType.Time.MAX_MICROS));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void aValueIsTheSameHoweverItIsWritten(String field, String literal, Object value) {
        assertEquals(
                value, accepted(EventType.HEARTBEAT, heartbeat(field, literal)).value(field));
    }

    static Stream<Arguments> refusedSpellings() {
        return Stream.of(
                Arguments.of(
                        "duration_s",
                        "1.5",
                        ReasonCode.WRONG_TYPE,
                        "duration_s: expected a whole number, got a fraction"),
                Arguments.of(
                        "duration_s",
                        "1e-1",
                        ReasonCode.WRONG_TYPE,
                        "duration_s: expected a whole number, got a fraction"),
                Arguments.of(
                        "duration_s",
                        "\"60\"",
                        ReasonCode.WRONG_TYPE,
                        "duration_s: expected a whole number, got string"),
                Arguments.of(
                        "duration_s",
                        "{\"a\":{}}",
                        ReasonCode.WRONG_TYPE,
                        "duration_s: expected a whole number, got object"),
                Arguments.of("duration_s", "1e400", ReasonCode.INVALID_VALUE, "duration_s: outside 0 to 172800"),
                Arguments.of(
                        "duration_s", "9".repeat(5_000), ReasonCode.INVALID_VALUE, "duration_s: outside 0 to 172800"),
                Arguments.of("duration_s", "-1", ReasonCode.INVALID_VALUE, "duration_s: outside 0 to 172800"),
                Arguments.of("channel_id", "500.0", ReasonCode.WRONG_TYPE, "channel_id: expected text, got number"),
                Arguments.of("channel_id", "[\"news\"]", ReasonCode.WRONG_TYPE, "channel_id: expected text, got array"),
                Arguments.of(
                        "channel_id",
                        "\"" + "\uD83D\uDE00".repeat(2_049) + "\"",
                        ReasonCode.INVALID_VALUE,
                        "channel_id: expected 1 to 2048 characters"),
                Arguments.of(
                        "channel_id",
                        "\"\\ud800\"",
                        ReasonCode.INVALID_VALUE,
                        "channel_id: an unpaired surrogate, which is no character"),
                Arguments.of(
                        "region",
                        "\"x\\udc00\\ud800\"",
                        ReasonCode.INVALID_VALUE,
                        "region: an unpaired surrogate, which is no character"),
                Arguments.of(
                        "schema_version",
                        "1.5",
                        ReasonCode.WRONG_TYPE,
                        "schema_version: expected a version such as 1 or \"1.2\", got a fraction"),
                Arguments.of(
                        "schema_version",
                        "\"1\\n\"",
                        ReasonCode.INVALID_VALUE,
                        "schema_version: expected a version such as 1 or \"1.2\""),
                Arguments.of(
                        "schema_version",
                        "1e4",
                        ReasonCode.INVALID_VALUE,
                        "schema_version: expected a version such as 1 or \"1.2\""),
                Arguments.of(
                        "event_time",
                        "\"2026-11-20T10:15:30.Z\"",
                        ReasonCode.INVALID_VALUE,
                        "event_time: expected ISO-8601 in UTC, such as 2026-11-22T10:15:30.123Z"),
                Arguments.of(
                        "event_time", "1795169730123", ReasonCode.WRONG_TYPE, "event_time: expected text, got number"),
                Arguments.of("event_type", "7", ReasonCode.WRONG_TYPE, "event_type: expected text, got number"),
                Arguments.of(
                        "event_type", "\"\"", ReasonCode.UNKNOWN_EVENT_TYPE, "event_type is none of the contract's"));
    }

    @ParameterizedTest
    @MethodSource("refusedSpellings")
    void aRefusalSaysWhatWasFoundWhere(String field, String literal, ReasonCode reason, String detail) {
        assertEquals(new Rejection(reason, detail), rejected(EventType.HEARTBEAT, heartbeat(field, literal)));
    }

    private static byte[] heartbeat(String field, String literal) {
        ObjectNode without = Samples.of(EventType.HEARTBEAT).without(field);
        return Samples.bytes(
                without.toString().replaceFirst("}$", Matcher.quoteReplacement(",\"" + field + "\":" + literal + "}")));
    }

    @Test
    void ofSeveralFaultsTheFirstOfTheSchemaIsTold() {
        ObjectNode record = Samples.of(EventType.AD_DECISION);
        record.remove("excluded");
        record.put("region", 5).put("status", "maybe");
        ((ObjectNode) record.withArray("ranked").get(1)).put("propensity", 7).put("aggregator_id", 1);
        assertEquals(
                "status: expected one of [routed, expired, no_candidate]",
                rejected(EventType.AD_DECISION, Samples.bytes(record)).detail());
        record.put("status", "routed");
        assertEquals(
                "ranked[1].aggregator_id: expected text, got number",
                rejected(EventType.AD_DECISION, Samples.bytes(record)).detail());
        record.withArray("ranked").removeAll().add(5);
        assertEquals(
                "ranked[0]: expected an object, got number",
                rejected(EventType.AD_DECISION, Samples.bytes(record)).detail());
        String malformed = record.toString().replaceFirst("}$", ",\"region\":\"r\"}");
        assertEquals(
                ReasonCode.DUPLICATE_KEY,
                rejected(EventType.AD_DECISION, Samples.bytes(malformed)).reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"n\":"})
    void nestingIsBoundedAndTheBoundIsTold(String open) {
        String close = open.equals("[") ? "]" : "}";
        String inner = open.equals("[") ? "" : "1";
        int within = EventValidator.MAX_NESTING - 1;
        accepted(EventType.HEARTBEAT, heartbeat("more", open.repeat(within) + inner + close.repeat(within)));
        accepted(EventType.HEARTBEAT, heartbeat("more", "[" + "[],".repeat(9_000) + "{}]"));
        for (int deep : new int[] {within + 1, 10_000}) {
            assertEquals(
                    new Rejection(ReasonCode.MALFORMED_JSON, "nested deeper than 500 levels"),
                    rejected(EventType.HEARTBEAT, heartbeat("more", open.repeat(deep) + inner + close.repeat(deep))));
        }
    }

    /** Names by the thousand, as an attacker sends them, neither end the process nor stay in it. */
    @Test
    void aRecordFullOfNamesIsReadLikeAnother() {
        for (int round = 0; round < 20; round++) {
            StringBuilder members = new StringBuilder();
            for (int i = 0; members.length() < 60_000; i++) {
                members.append(",\"")
                        .append((char) ('a' + round))
                        .append(i * 7_919)
                        .append("\":0");
            }
            String text = Samples.text(EventType.TUNE_IN).replaceFirst("}$", members + "}");
            assertEquals(
                    Optional.of("{" + members.substring(1) + "}"),
                    accepted(EventType.TUNE_IN, Samples.bytes(text)).extra());
        }
    }

    static Stream<byte[]> otherEncodings() {
        String good = Samples.text(EventType.TUNE_IN);
        return Stream.of(
                ("\uFEFF" + good).getBytes(StandardCharsets.UTF_8),
                good.getBytes(StandardCharsets.UTF_16BE),
                good.getBytes(StandardCharsets.UTF_16LE),
                good.getBytes(StandardCharsets.UTF_16),
                good.getBytes(Charset.forName("UTF-32BE")),
                good.getBytes(Charset.forName("UTF-32LE")));
    }

    @ParameterizedTest
    @MethodSource("otherEncodings")
    void nothingButUtf8IsRead(byte[] bytes) {
        assertTrue(Set.of(ReasonCode.MALFORMED_JSON, ReasonCode.INVALID_UTF8)
                .contains(rejected(EventType.TUNE_IN, bytes).reason()));
    }

    static Stream<byte[]> notUtf8() {
        return Stream.of(
                new byte[] {(byte) 0xc0, (byte) 0xaf},
                new byte[] {(byte) 0xe0, (byte) 0x80, (byte) 0xaf},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
                new byte[] {(byte) 0xff},
                new byte[] {(byte) 0xe2, (byte) 0x82});
    }

    /** Overlong, of a surrogate, beyond Unicode, no byte at all, cut; in a field, an unknown one and a name. */
    @ParameterizedTest
    @MethodSource("notUtf8")
    void bytesThatAreNotUtf8AreRefusedWhereverTheyStand(byte[] wrong) {
        String text = new String(wrong, StandardCharsets.ISO_8859_1);
        String good = Samples.text(EventType.TUNE_IN);
        for (String record : List.of(
                good.replace("news", text),
                good.replaceFirst("}$", ",\"more\":[\"" + text + "\"]}"),
                good.replaceFirst("}$", ",\"" + text + "\":1}"))) {
            assertEquals(
                    ReasonCode.INVALID_UTF8,
                    rejected(EventType.TUNE_IN, record.getBytes(StandardCharsets.ISO_8859_1))
                            .reason());
        }
    }

    static Stream<Arguments> brokenBytes() {
        String good = Samples.text(EventType.TUNE_IN);
        return Stream.of(
                Arguments.of(ReasonCode.EMPTY, ""),
                Arguments.of(ReasonCode.MALFORMED_JSON, "  \n"),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.substring(0, good.length() - 1)),
                Arguments.of(ReasonCode.MALFORMED_JSON, good + "x"),
                Arguments.of(ReasonCode.MALFORMED_JSON, good + good),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace('"', '\'')),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("\"e1\"", "NaN")),
                Arguments.of(ReasonCode.DUPLICATE_KEY, good.replace("{\"schema", "{\"event_id\":\"e0\",\"schema")),
                Arguments.of(ReasonCode.DUPLICATE_KEY, good.replace("}", ",\"x\":{\"y\":1,\"y\":2}}")),
                Arguments.of(ReasonCode.NOT_AN_OBJECT, "[" + good + "]"),
                Arguments.of(ReasonCode.NOT_AN_OBJECT, "7"),
                Arguments.of(ReasonCode.NOT_AN_OBJECT, "null"),
                Arguments.of(ReasonCode.NOT_AN_OBJECT, " \"text\"\n"),
                Arguments.of(ReasonCode.MALFORMED_JSON, "\"te\\xt\""),
                Arguments.of(ReasonCode.MALFORMED_JSON, "7 7"),
                Arguments.of(ReasonCode.MALFORMED_JSON, "[1,]"),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",\"x\":01}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",\"x\":+1}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",\"x\":1.}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",\"x\":.5}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",\"x\":1e}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",\"x\":\"a\tb\"}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",\"x\":\"\\u12g4\"}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good.replace("}", ",/* a comment */\"x\":1}")),
                Arguments.of(ReasonCode.MALFORMED_JSON, good + "\u0000"),
                Arguments.of(ReasonCode.DUPLICATE_KEY, good.replace("}", ",\"\\u0072egion\":\"r\"}")),
                Arguments.of(ReasonCode.DUPLICATE_KEY, good.replace("}", ",\"pod_id\":null,\"pod_id\":null}")),
                Arguments.of(ReasonCode.DUPLICATE_KEY, good.replace("}", ",\"x\":1,\"x\":1}")),
                Arguments.of(
                        ReasonCode.DUPLICATE_KEY,
                        good.replace("}", ",\"region\":{\"a\":1,\"a\":2}}").replaceFirst("\"region\":\"north\",", "")),
                Arguments.of(ReasonCode.DUPLICATE_KEY, "[[{\"a\":1,\"a\":2}]]"),
                Arguments.of(
                        ReasonCode.DUPLICATE_KEY, good.replace("{\"schema", "{\"event_type\":\"tune_in\",\"schema")),
                Arguments.of(ReasonCode.TOO_LARGE, good.replace("}", ",\"blob\":\"" + "x".repeat(900_000) + "\"}")));
    }

    @ParameterizedTest
    @MethodSource("brokenBytes")
    void bytesThatAreNotOneStrictJsonObjectAreRefused(ReasonCode reason, String text) {
        assertEquals(
                reason,
                rejected(EventType.TUNE_IN, text.getBytes(StandardCharsets.UTF_8))
                        .reason());
    }

    @Test
    void nullAndBytesThatAreNotUtf8AreRefused() {
        assertEquals(ReasonCode.EMPTY, rejected(EventType.TUNE_IN, null).reason());
        byte[] latin1 =
                Samples.text(EventType.TUNE_IN).replace("news", "münchen").getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                ReasonCode.INVALID_UTF8, rejected(EventType.TUNE_IN, latin1).reason());
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                change(EventType.AD_REQUEST, ReasonCode.INVALID_VALUE, r -> r.put("tmax_ms", -1)),
                change(EventType.AD_REQUEST, ReasonCode.WRONG_TYPE, r -> r.put("tmax_ms", 1.5)),
                change(EventType.AD_REQUEST, ReasonCode.INVALID_VALUE, r -> r.put("tmax_ms", 1e300)),
                change(
                        EventType.AD_REQUEST,
                        ReasonCode.INVALID_VALUE,
                        r -> r.put("bid_floor_micros", 1_000_000_000_001L)),
                change(
                        EventType.AD_REQUEST,
                        ReasonCode.INVALID_VALUE,
                        r -> r.put("event_time", "2026-11-22T10:00:60Z")),
                change(EventType.AD_REQUEST, ReasonCode.INVALID_VALUE, r -> r.put("region", "")),
                change(EventType.AD_REQUEST, ReasonCode.INVALID_VALUE, r -> r.put("event_time", "2026-11-22 10:00:00")),
                change(
                        EventType.AD_REQUEST,
                        ReasonCode.INVALID_VALUE,
                        r -> r.put("event_time", "2026-11-22T10:00:00+01:00")),
                change(EventType.AD_REQUEST, ReasonCode.UNSUPPORTED_CURRENCY, r -> r.put("currency", "EUR")),
                change(EventType.AD_REQUEST, ReasonCode.UNKNOWN_EVENT_TYPE, r -> r.put("event_type", "ad_requested")),
                change(EventType.AD_REQUEST, ReasonCode.WRONG_TOPIC, r -> r.put("event_type", "tune_in")),
                change(EventType.RESPONSE, ReasonCode.INVALID_VALUE, r -> r.put("outcome", "maybe")),
                change(EventType.RESPONSE, ReasonCode.MISSING_FIELD, r -> r.remove("price_micros")),
                change(EventType.AD_DECISION, ReasonCode.MISSING_FIELD, r -> r.remove("aggregator_id")),
                change(EventType.AD_DECISION, ReasonCode.INVALID_VALUE, r -> r.put("propensity", 1.5)),
                change(EventType.AD_DECISION, ReasonCode.MISSING_FIELD, r -> r.putArray("ranked")
                        .addObject()
                        .put("aggregator_id", "a")));
    }

    private static Arguments change(EventType type, ReasonCode reason, Consumer<ObjectNode> change) {
        ObjectNode record = Samples.of(type);
        change.accept(record);
        return Arguments.of(type, reason, record);
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void valuesOutsideTheContractAreRefused(EventType type, ReasonCode reason, JsonNode record) {
        assertEquals(reason, rejected(type, Samples.bytes(record)).reason());
    }

    @Test
    void whatDependsOnAnotherFieldIsOnlyRequiredThere() {
        ObjectNode noFill =
                Samples.of(EventType.RESPONSE).put("outcome", "no_fill").without("price_micros");
        accepted(EventType.RESPONSE, Samples.bytes(noFill));
        ObjectNode expired =
                Samples.of(EventType.AD_DECISION).put("status", "expired").without("aggregator_id");
        accepted(EventType.AD_DECISION, Samples.bytes(expired));
    }

    @Test
    void schemaVersionsMayBeNumbersOrDottedText() {
        accepted(EventType.TUNE_IN, Samples.bytes(Samples.of(EventType.TUNE_IN).put("schema_version", "1.2")));
        assertEquals(
                Map.of("schema_version", ReasonCode.INVALID_VALUE),
                Map.of(
                        "schema_version",
                        rejected(
                                        EventType.TUNE_IN,
                                        Samples.bytes(
                                                Samples.of(EventType.TUNE_IN).put("schema_version", "beta")))
                                .reason()));
    }

    private Event accepted(EventType type, byte[] bytes) {
        return assertInstanceOf(Validated.Accepted.class, validator.validate(type.topic(), bytes))
                .event();
    }

    private Rejection rejected(EventType type, byte[] bytes) {
        return assertInstanceOf(Validated.Rejected.class, validator.validate(type.topic(), bytes))
                .rejection();
    }
}
