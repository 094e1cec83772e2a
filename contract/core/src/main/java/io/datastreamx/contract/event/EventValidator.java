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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the bytes of a Kafka record into an {@link Event} or a {@link Rejection}; never throws on bad input. The parse
 * is strict: one JSON object in UTF-8, nothing after it, no key twice, no value of one type taken for another.
 * Thread-safe.
 */
public final class EventValidator {
    /** The longest record that is looked at; longer ones are refused unread. */
    public static final int MAX_RECORD_BYTES = 64 * 1024;

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
            return new Validated.Rejected(refused.rejection());
        }
    }

    private Event parse(Topic topic, byte[] bytes) throws Refused {
        if (bytes == null || bytes.length == 0) {
            throw new Refused(ReasonCode.EMPTY, "no bytes");
        }
        if (bytes.length > MAX_RECORD_BYTES) {
            throw tooLarge(bytes.length);
        }
        JsonNode root = json(utf8(bytes));
        if (!root.isObject()) {
            throw new Refused(
                    ReasonCode.NOT_AN_OBJECT,
                    "a JSON " + root.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        EventType type = typeOf(root, topic);
        return new Event(type, valuesOf(root, type), extraOf(root, schemas.get(type)));
    }

    static Refused tooLarge(int bytes) {
        return new Refused(ReasonCode.TOO_LARGE, bytes + " bytes, at most " + MAX_RECORD_BYTES);
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
            throw Values.missing("event_type");
        }
        if (!name.isTextual()) {
            throw Values.wrongType("event_type", "text", kind(name));
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

    private Map<String, Object> valuesOf(JsonNode root, EventType type) throws Refused {
        Map<String, Object> values = read(root, EventSchema.of(type));
        Values.together(type, values, currency);
        return values;
    }

    private static Map<String, Object> read(JsonNode object, List<Field> fields) throws Refused {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : fields) {
            JsonNode node = object.get(field.name());
            if (node == null || node.isNull()) {
                if (field.required()) {
                    throw Values.missing(field.name());
                }
                continue;
            }
            values.put(field.name(), value(field, node));
        }
        return values;
    }

    private static Object value(Field field, JsonNode node) throws Refused {
        FieldType type = field.type();
        String name = field.name();
        if (type instanceof FieldType.Text) {
            return Values.text(text(node, name), name);
        } else if (type instanceof FieldType.OneOf oneOf) {
            return Values.oneOf(oneOf, text(node, name), name);
        } else if (type instanceof FieldType.Whole whole) {
            require(node.isIntegralNumber(), name, "a whole number", node);
            Values.whole(whole, node.canConvertToLong(), node.longValue(), name);
            return node.longValue();
        } else if (type instanceof FieldType.Decimal decimal) {
            require(node.isNumber(), name, "a number", node);
            return Values.decimal(decimal, node.doubleValue(), name);
        } else if (type instanceof FieldType.Bool) {
            require(node.isBoolean(), name, "true or false", node);
            return node.booleanValue();
        } else if (type instanceof FieldType.Time) {
            return micros(Values.text(text(node, name), name), name);
        } else if (type instanceof FieldType.SchemaVersion) {
            require(node.isIntegralNumber() || node.isTextual(), name, "a version such as 1 or \"1.2\"", node);
            return Values.version(node.asText(), name);
        } else if (type instanceof FieldType.Objects objects) {
            return objects(field, objects, node);
        }
        throw new IllegalStateException("no reader for " + type);
    }

    private static String text(JsonNode node, String field) throws Refused {
        require(node.isTextual(), field, "text", node);
        return node.textValue();
    }

    private static long micros(String text, String field) throws Refused {
        if (!text.endsWith("Z")) {
            throw Values.noTime(field);
        }
        try {
            Instant time = Instant.parse(text);
            return Values.micros(
                    Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000),
                    field);
        } catch (DateTimeException | ArithmeticException e) {
            throw Values.noTime(field);
        }
    }

    private static List<Map<String, Object>> objects(Field field, FieldType.Objects type, JsonNode node)
            throws Refused {
        require(node.isArray(), field.name(), "an array", node);
        List<Map<String, Object>> entries = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            if (!node.get(i).isObject()) {
                throw Values.wrongType(Values.entry(field, i), "an object", kind(node.get(i)));
            }
            try {
                entries.add(read(node.get(i), type.fields()));
            } catch (Refused refused) {
                throw refused.within(Values.entry(field, i));
            }
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

    private static void require(boolean rightType, String field, String expected, JsonNode node) throws Refused {
        if (!rightType) {
            throw Values.wrongType(field, expected, kind(node));
        }
    }

    private static String kind(JsonNode node) {
        return node.isFloatingPointNumber()
                ? "a fraction"
                : node.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
