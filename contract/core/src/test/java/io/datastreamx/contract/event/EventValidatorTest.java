package io.datastreamx.contract.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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
                change(EventType.AD_REQUEST, ReasonCode.WRONG_TYPE, r -> r.put("tmax_ms", 500.0)),
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
