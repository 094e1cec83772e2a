package io.datastreamx.verification;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.verification.Shapes.Shape;
import io.datastreamx.verification.Shapes.Slot;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one record as strictly as the design demands. Thread-safe. */
final class StrictReader {
    private static final int LONGEST_RECORD = 65_536;
    private static final int LONGEST_TEXT = 2_048;
    private static final int LONGEST_URL = 8_192;
    private static final Set<String> OUTCOMES = Set.of("fill", "no_fill", "timeout", "error");
    private static final Set<String> STATUSES = Set.of("routed", "expired", "no_candidate");
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,3}(\\.[0-9]{1,4}){0,3}");
    private static final Pattern TIME =
            Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]+))?Z");

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
        return StrictJson.parse(bytes).filter(event -> event.isObject() && wellFormed(topic, event));
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
            case "text" -> isText(value, LONGEST_TEXT);
            case "url" -> isText(value, LONGEST_URL);
            case "outcome" -> value.isTextual() && OUTCOMES.contains(value.textValue());
            case "status" -> value.isTextual() && STATUSES.contains(value.textValue());
            case "version" -> isVersion(value);
            case "time" ->
                isText(value, LONGEST_TEXT) && timeOf(value.textValue()).isPresent();
            case "bool" -> value.isBoolean();
            case "share" -> isWithin(value, 0, 1);
            case "seconds" -> isWhole(value, 0, 172_800);
            case "millis" -> isWhole(value, 0, 86_400_000);
            case "money" -> isWhole(value, 0, 1_000_000_000_000L);
            case "slot" -> isWhole(value, -1, 1_000);
            case "from1to1000" -> isWhole(value, 1, 1_000);
            case "upto1000" -> isWhole(value, 0, 1_000);
            case "upto10000" -> isWhole(value, 0, 10_000);
            case "candidates" -> areObjects(value, Shapes.CANDIDATE);
            case "positions" -> areObjects(value, Shapes.POSITION);
            case "trackers" -> areObjects(value, Shapes.TRACKER);
            case "exclusions" -> areObjects(value, Shapes.EXCLUSION);
            default -> throw new IllegalStateException("no check is called " + check);
        };
    }

    /** Measured in code points; half a surrogate pair is no text. */
    private static boolean isText(JsonNode value, int longest) {
        if (!value.isTextual()) {
            return false;
        }
        String text = value.textValue();
        return !text.isEmpty()
                && text.codePointCount(0, text.length()) <= longest
                && text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static boolean isWithin(JsonNode value, long least, long most) {
        return value.isNumber()
                && value.decimalValue().compareTo(BigDecimal.valueOf(least)) >= 0
                && value.decimalValue().compareTo(BigDecimal.valueOf(most)) <= 0;
    }

    /** However it is written: {@code 500}, {@code 500.0} and {@code 5e2} are one whole number. */
    private static boolean isWhole(JsonNode value, long least, long most) {
        return isWithin(value, least, most)
                && value.decimalValue().compareTo(BigDecimal.valueOf(value.longValue())) == 0;
    }

    private static boolean isVersion(JsonNode value) {
        return isWhole(value, 1, 9_999)
                || value.isTextual() && VERSION.matcher(value.textValue()).matches();
    }

    /**
     * @return the moment that the text names, finer parts than microseconds cut off; empty where it names none in UTC
     */
    static Optional<Instant> timeOf(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches() || time.group(1).equals("0000")) {
            return Optional.empty();
        }
        String micros = ((time.group(7) == null ? "" : time.group(7)) + "000000").substring(0, 6);
        try {
            return Optional.of(LocalDateTime.of(
                            Integer.parseInt(time.group(1)),
                            Integer.parseInt(time.group(2)),
                            Integer.parseInt(time.group(3)),
                            Integer.parseInt(time.group(4)),
                            Integer.parseInt(time.group(5)),
                            Integer.parseInt(time.group(6)),
                            1_000 * Integer.parseInt(micros))
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
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
}
