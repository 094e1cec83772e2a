package io.datastreamx.contract.event;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Turns the bytes of a Kafka record into an {@link Event} or a {@link Rejection}; never throws on bad input. The parse
 * is strict: one JSON object in UTF-8, nothing after it, no key twice, no value of one type taken for another.
 * Thread-safe.
 */
public final class EventValidator {
    /** The longest record that is looked at; longer ones are refused unread. */
    public static final int MAX_RECORD_BYTES = 64 * 1024;

    private static final Pattern DOTTED_VERSION = Pattern.compile("[1-9]\\d{0,3}(\\.\\d{1,4}){0,3}");
    private static final ObjectReader STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(20).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final String currency;
    private final Map<EventType, Map<String, Field>> schemas = new EnumMap<>(EventType.class);

    /** @param currency the one ISO-4217 currency in which money is counted */
    public EventValidator(String currency) {
        this.currency = currency;
        for (EventType type : EventType.values()) {
            Map<String, Field> byName = new HashMap<>();
            EventSchema.of(type).forEach(field -> byName.put(field.name(), field));
            schemas.put(type, byName);
        }
    }

    /**
     * @param topic where the record was read
     * @param bytes its value; null for a tombstone
     */
    public Validated validate(Topic topic, byte[] bytes) {
        try {
            return new Validated.Accepted(parse(topic, bytes));
        } catch (Refused refused) {
            return new Validated.Rejected(refused.rejection);
        }
    }

    private Event parse(Topic topic, byte[] bytes) throws Refused {
        if (bytes == null || bytes.length == 0) {
            throw new Refused(ReasonCode.EMPTY, "no bytes");
        }
        if (bytes.length > MAX_RECORD_BYTES) {
            throw new Refused(ReasonCode.TOO_LARGE, bytes.length + " bytes, at most " + MAX_RECORD_BYTES);
        }
        JsonNode root = json(utf8(bytes));
        if (!root.isObject()) {
            throw new Refused(
                    ReasonCode.NOT_AN_OBJECT,
                    "a JSON " + root.getNodeType().name().toLowerCase());
        }
        EventType type = typeOf(root, topic);
        return new Event(type, valuesOf(root, schemas.get(type), type), extraOf(root, schemas.get(type)));
    }

    private static String utf8(byte[] bytes) throws Refused {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refused(ReasonCode.INVALID_UTF8, "not UTF-8");
        }
    }

    private static JsonNode json(String text) throws Refused {
        try {
            JsonNode node = STRICT.readValue(text);
            if (node == null || node.isMissingNode()) {
                throw new Refused(ReasonCode.MALFORMED_JSON, "only white space");
            }
            return node;
        } catch (JacksonException e) {
            boolean repeated =
                    e.getOriginalMessage() != null && e.getOriginalMessage().startsWith("Duplicate field");
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new Refused(
                    repeated ? ReasonCode.DUPLICATE_KEY : ReasonCode.MALFORMED_JSON,
                    (repeated ? "a key stands twice" : "not one JSON value") + where);
        }
    }

    private static EventType typeOf(JsonNode root, Topic topic) throws Refused {
        JsonNode name = root.get(EventSchema.EVENT_TYPE.name());
        if (name == null || name.isNull()) {
            throw new Refused(ReasonCode.MISSING_FIELD, "event_type");
        }
        if (!name.isTextual()) {
            throw new Refused(ReasonCode.WRONG_TYPE, "event_type: expected text, got " + kind(name));
        }
        EventType type = EventType.ofWireName(name.textValue());
        if (type == null) {
            throw new Refused(ReasonCode.UNKNOWN_EVENT_TYPE, "event_type is none of the contract's");
        }
        if (type.topic() != topic) {
            throw new Refused(
                    ReasonCode.WRONG_TOPIC,
                    type.wireName() + " belongs on " + type.topic().topicName() + ", not on " + topic.topicName());
        }
        return type;
    }

    private Map<String, Object> valuesOf(JsonNode root, Map<String, Field> schema, EventType type) throws Refused {
        Map<String, Object> values = read(root, EventSchema.of(type), "");
        Object money = values.get("currency");
        if (money != null && !money.equals(currency)) {
            throw new Refused(ReasonCode.UNSUPPORTED_CURRENCY, "expected " + currency);
        }
        requireIf(type == EventType.RESPONSE && "fill".equals(values.get("outcome")), values, "price_micros");
        requireIf(type == EventType.AD_DECISION && "routed".equals(values.get("status")), values, "aggregator_id");
        return values;
    }

    private static void requireIf(boolean condition, Map<String, Object> values, String field) throws Refused {
        if (condition && !values.containsKey(field)) {
            throw new Refused(ReasonCode.MISSING_FIELD, field);
        }
    }

    private static Map<String, Object> read(JsonNode object, List<Field> fields, String path) throws Refused {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : fields) {
            JsonNode node = object.get(field.name());
            if (node == null || node.isNull()) {
                if (field.required()) {
                    throw new Refused(ReasonCode.MISSING_FIELD, path + field.name());
                }
                continue;
            }
            values.put(field.name(), value(field.type(), node, path + field.name()));
        }
        return values;
    }

    private static Object value(FieldType type, JsonNode node, String path) throws Refused {
        if (type instanceof FieldType.Text) {
            return text(node, path);
        } else if (type instanceof FieldType.OneOf oneOf) {
            String text = text(node, path);
            check(oneOf.values().contains(text), path, "expected one of " + oneOf.values());
            return text;
        } else if (type instanceof FieldType.Whole whole) {
            require(node.isIntegralNumber(), path, "a whole number", node);
            check(
                    node.canConvertToLong() && node.longValue() >= whole.min() && node.longValue() <= whole.max(),
                    path,
                    "outside " + whole.min() + " to " + whole.max());
            return node.longValue();
        } else if (type instanceof FieldType.Decimal decimal) {
            require(node.isNumber(), path, "a number", node);
            double number = node.doubleValue();
            check(
                    number >= decimal.min() && number <= decimal.max(),
                    path,
                    "outside " + decimal.min() + " to " + decimal.max());
            return number;
        } else if (type instanceof FieldType.Bool) {
            require(node.isBoolean(), path, "true or false", node);
            return node.booleanValue();
        } else if (type instanceof FieldType.Time) {
            return micros(text(node, path), path);
        } else if (type instanceof FieldType.SchemaVersion) {
            return schemaVersion(node, path);
        } else if (type instanceof FieldType.Objects objects) {
            return objects(objects, node, path);
        }
        throw new IllegalStateException("no reader for " + type);
    }

    private static String text(JsonNode node, String path) throws Refused {
        require(node.isTextual(), path, "text", node);
        String text = node.textValue();
        check(
                !text.isEmpty() && text.length() <= FieldType.MAX_TEXT,
                path,
                "expected 1 to " + FieldType.MAX_TEXT + " characters");
        return text;
    }

    private static long micros(String text, String path) throws Refused {
        try {
            check(text.endsWith("Z"), path, "expected ISO-8601 in UTC, such as 2026-11-22T10:15:30.123Z");
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
        } catch (DateTimeException | ArithmeticException e) {
            throw new Refused(
                    ReasonCode.INVALID_VALUE, path + ": expected ISO-8601 in UTC, such as 2026-11-22T10:15:30.123Z");
        }
    }

    private static String schemaVersion(JsonNode node, String path) throws Refused {
        require(node.isIntegralNumber() || node.isTextual(), path, "a version such as 1 or \"1.2\"", node);
        check(DOTTED_VERSION.matcher(node.asText()).matches(), path, "expected a version such as 1 or \"1.2\"");
        return node.asText();
    }

    private static List<Map<String, Object>> objects(FieldType.Objects type, JsonNode node, String path)
            throws Refused {
        require(node.isArray(), path, "an array", node);
        List<Map<String, Object>> entries = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            String at = path + "[" + i + "]";
            require(node.get(i).isObject(), at, "an object", node.get(i));
            entries.add(read(node.get(i), type.fields(), at + "."));
        }
        return entries;
    }

    private static Optional<String> extraOf(JsonNode root, Map<String, Field> schema) {
        ObjectNode extra = null;
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (!schema.containsKey(entry.getKey())) {
                extra = extra == null ? JsonNodeFactory.instance.objectNode() : extra;
                extra.set(entry.getKey(), entry.getValue());
            }
        }
        return Optional.ofNullable(extra).map(ObjectNode::toString);
    }

    private static void require(boolean rightType, String path, String expected, JsonNode node) throws Refused {
        if (!rightType) {
            throw new Refused(ReasonCode.WRONG_TYPE, path + ": expected " + expected + ", got " + kind(node));
        }
    }

    private static void check(boolean valid, String path, String expected) throws Refused {
        if (!valid) {
            throw new Refused(ReasonCode.INVALID_VALUE, path + ": " + expected);
        }
    }

    private static String kind(JsonNode node) {
        return node.isFloatingPointNumber()
                ? "a fraction"
                : node.getNodeType().name().toLowerCase();
    }

    /** Leaves the parse at the first fault; carries no stack, since bad input is not exceptional here. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Rejection rejection;

        Refused(ReasonCode reason, String detail) {
            super(detail, null, false, false);
            this.rejection = new Rejection(reason, detail);
        }
    }
}
