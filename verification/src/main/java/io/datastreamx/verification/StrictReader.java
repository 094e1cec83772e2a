package io.datastreamx.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.datastreamx.verification.Shapes.Shape;
import io.datastreamx.verification.Shapes.Slot;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one record as strictly as the design demands. Thread-safe. */
final class StrictReader {
    private static final int LONGEST_RECORD = 65_536;
    private static final int LONGEST_TEXT = 2_048;
    private static final int DEEPEST = 20;
    private static final Set<String> OUTCOMES = Set.of("fill", "no_fill", "timeout", "error");
    private static final Set<String> STATUSES = Set.of("routed", "expired", "no_candidate");
    private static final ObjectMapper MAPPER = mapper();

    private final String currency;

    /** @param currency the only one in which money may be told */
    StrictReader(String currency) {
        this.currency = currency;
    }

    /** @return the event, or empty where the record is malformed */
    Optional<JsonNode> read(String topic, byte[] bytes) {
        if (bytes == null || bytes.length == 0 || bytes.length > LONGEST_RECORD) {
            return Optional.empty();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            JsonNode event = MAPPER.readTree(text);
            return event.isObject() && wellFormed(topic, event) ? Optional.of(event) : Optional.empty();
        } catch (CharacterCodingException | JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private boolean wellFormed(String topic, JsonNode event) {
        JsonNode type = event.path("event_type");
        Shape shape = type.isTextual() ? Shapes.of(type.textValue()) : null;
        if (shape == null || !shape.topic().equals(topic) || !allFit(event, shape.slots())) {
            return false;
        }
        boolean moneyCounts = !shape.knows("currency")
                || !event.hasNonNull("currency")
                || event.get("currency").textValue().equals(currency);
        boolean priced = !"fill".equals(event.path("outcome").textValue())
                || !type.textValue().equals("response")
                || event.hasNonNull("price_micros");
        boolean chosen = !type.textValue().equals("ad_decision")
                || !event.get("status").textValue().equals("routed")
                || event.hasNonNull("aggregator_id");
        return moneyCounts && priced && chosen;
    }

    private static boolean allFit(JsonNode object, List<Slot> slots) {
        for (Slot slot : slots) {
            boolean present = object.hasNonNull(slot.name());
            if (present ? !fits(slot.check(), object.get(slot.name())) : !slot.optional()) {
                return false;
            }
        }
        return true;
    }

    private static boolean fits(String check, JsonNode value) {
        return switch (check) {
            case "text" -> isText(value);
            case "outcome" -> value.isTextual() && OUTCOMES.contains(value.textValue());
            case "status" -> value.isTextual() && STATUSES.contains(value.textValue());
            case "version" -> isVersion(value);
            case "time" -> isText(value) && isTime(value.textValue());
            case "bool" -> value.isBoolean();
            case "share" -> value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= 1;
            case "count" -> isWhole(value, 0, Integer.MAX_VALUE);
            case "money" -> isWhole(value, 0, 1_000_000_000_000_000L);
            case "slot" -> isWhole(value, -1, 1_000);
            case "upto1000" -> isWhole(value, 0, 1_000);
            case "upto10000" -> isWhole(value, 0, 10_000);
            case "candidates" -> areObjects(value, Shapes.CANDIDATE);
            case "exclusions" -> areObjects(value, Shapes.EXCLUSION);
            default -> throw new IllegalStateException("no check is called " + check);
        };
    }

    private static boolean isText(JsonNode value) {
        return value.isTextual()
                && !value.textValue().isEmpty()
                && value.textValue().length() <= LONGEST_TEXT;
    }

    private static boolean isWhole(JsonNode value, long least, long most) {
        return value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= least
                && value.longValue() <= most;
    }

    private static boolean isVersion(JsonNode value) {
        if (!value.isTextual() && !value.isIntegralNumber()) {
            return false;
        }
        return value.asText().matches("[1-9][0-9]{0,3}(\\.[0-9]{1,4}){0,3}");
    }

    private static boolean isTime(String text) {
        if (!text.endsWith("Z")) {
            return false;
        }
        try {
            // Years 1677 to 2262: what counts of nanoseconds in 64 bits, and so every store, can hold.
            Instant time = Instant.parse(text);
            Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
            return true;
        } catch (DateTimeParseException | ArithmeticException e) {
            return false;
        }
    }

    private static boolean areObjects(JsonNode array, List<Slot> slots) {
        if (!array.isArray()) {
            return false;
        }
        for (JsonNode entry : array) {
            if (!entry.isObject() || !allFit(entry, slots)) {
                return false;
            }
        }
        return true;
    }

    private static ObjectMapper mapper() {
        ObjectMapper mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build());
        return mapper;
    }
}
