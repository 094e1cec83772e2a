package io.datastreamx.contract.event;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one record token by token. What is no JSON ends the reading at once; a field's fault is kept in the place of
 * its value, since the rest may be no JSON, and that counts first.
 */
final class RecordReader {
    private static final int EVENT_TYPE = EventSchema.indexOf(EventSchema.EVENT_TYPE.name());
    private static final int FIELDS = EventSchema.allFields().size();
    /** In the place of a value that is null: the field has none, but its name has been seen. */
    private static final Object NULL = new Object();

    /** What is read before the type is known. */
    private static final Shape COMMON = Shape.ofEvent(EventSchema.COMMON);

    private static final Map<EventType, Shape> SHAPES = new EnumMap<>(EventType.class);

    static {
        for (EventType type : EventType.values()) {
            SHAPES.put(type, Shape.ofEvent(EventSchema.of(type)));
        }
    }

    /**
     * A field, prepared.
     *
     * @param index where its value goes
     * @param entries the fields of each object, for an array of objects; null for all else
     */
    private record Slot(Field field, int index, Shape entries) {
        Slot(Field field, int index) {
            this(
                    field,
                    index,
                    field.type() instanceof FieldType.Objects objects ? Shape.ofEntry(objects.fields()) : null);
        }
    }

    /**
     * The fields of an object.
     *
     * @param size places for values
     */
    private record Shape(List<Slot> slots, Map<String, Slot> byName, int size) {
        static Shape ofEvent(List<Field> fields) {
            return of(
                    fields.stream()
                            .map(field -> new Slot(field, EventSchema.indexOf(field.name())))
                            .toList(),
                    FIELDS);
        }

        static Shape ofEntry(List<Field> fields) {
            List<Slot> slots = new ArrayList<>();
            fields.forEach(field -> slots.add(new Slot(field, slots.size())));
            return of(slots, slots.size());
        }

        private static Shape of(List<Slot> slots, int size) {
            Map<String, Slot> byName = new HashMap<>();
            slots.forEach(slot -> byName.put(slot.field().name(), slot));
            return new Shape(List.copyOf(slots), byName, size);
        }
    }

    private final RecordText record;
    private final JsonParser json;
    private EventType type;
    private StringBuilder extra;

    /** @param json of the record, at its start */
    RecordReader(RecordText record, JsonParser json) {
        this.record = record;
        this.json = json;
    }

    /**
     * @param topic where it was read; null for any
     * @throws IOException where it is no JSON
     */
    Event read(Topic topic, String currency) throws IOException, Refused {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw new Refused(ReasonCode.MALFORMED_JSON, "only white space");
        }
        boolean isObject = first == JsonToken.START_OBJECT;
        String kind = isObject ? "object" : kind(first);
        Object[] values = isObject ? members() : null;
        if (!isObject) {
            skip(first);
        }
        if (json.nextToken() != null) {
            throw new Refused(ReasonCode.MALFORMED_JSON, "not one JSON value" + at(json.currentTokenLocation()));
        }
        if (!isObject) {
            throw new Refused(ReasonCode.NOT_AN_OBJECT, "a JSON " + kind);
        }
        requireType(values[EVENT_TYPE], topic);
        require(SHAPES.get(type), values);
        Event event =
                new Event(type, values, extra == null ? null : extra.append('}').toString());
        Values.together(type, event::value, currency);
        return event;
    }

    /** The record's own members; what its type does not have goes to the extra ones. */
    private Object[] members() throws IOException, Refused {
        Object[] values = new Object[FIELDS];
        Shape shape = COMMON;
        boolean looked = false;
        Set<String> others = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            Slot slot = shape.byName().get(name);
            if (slot == null && !looked && type == null) {
                looked = true;
                type = typeAhead();
                shape = type == null ? COMMON : SHAPES.get(type);
                slot = shape.byName().get(name);
            }
            if (slot == null) {
                others = others == null ? new HashSet<>() : others;
                requireNew(others.add(name));
                keep();
            } else {
                requireNew(values[slot.index()] == null);
                values[slot.index()] = judged(slot, json.nextToken());
                if (slot.index() == EVENT_TYPE && type == null && values[EVENT_TYPE] instanceof String wireName) {
                    type = EventType.ofWireName(wireName);
                    shape = type == null ? COMMON : SHAPES.get(type);
                }
            }
        }
        return values;
    }

    /** Takes the member as it stands. */
    private void keep() throws IOException, Refused {
        JsonLocation from = json.currentTokenLocation();
        skip(json.nextToken());
        json.finishToken();
        extra = extra == null ? new StringBuilder("{") : extra.append(',');
        extra.append(record.cut(from, json.currentLocation()));
    }

    /** The type, where the first members do not say it; null where none does. */
    private EventType typeAhead() {
        try (JsonParser ahead = record.parser()) {
            ahead.nextToken();
            for (String name = ahead.nextFieldName(); name != null; name = ahead.nextFieldName()) {
                ahead.nextToken();
                if (name.equals(EventSchema.EVENT_TYPE.name())) {
                    return EventType.ofWireName(ahead.getText());
                }
                ahead.skipChildren();
            }
            return null;
        } catch (IOException e) {
            // The reading that asks comes to the same place, and says it.
            return null;
        }
    }

    private void requireType(Object name, Topic topic) throws Refused {
        if (name == null || name == NULL) {
            throw Values.missing(EventSchema.EVENT_TYPE.name());
        }
        if (name instanceof Refused refused && refused.rejection().reason() == ReasonCode.WRONG_TYPE) {
            throw refused;
        }
        if (type == null) {
            throw new Refused(ReasonCode.UNKNOWN_EVENT_TYPE, "event_type is none of the contract's");
        }
        if (topic != null && type.topic() != topic) {
            throw new Refused(
                    ReasonCode.WRONG_TOPIC,
                    type.wireName() + " belongs on " + type.topic().topicName() + ", not on " + topic.topicName());
        }
    }

    /** Throws the first fault in the order of the schema; leaves null where there is no value. */
    private static void require(Shape shape, Object[] values) throws Refused {
        for (Slot slot : shape.slots()) {
            Object value = values[slot.index()];
            if (value instanceof Refused refused) {
                throw refused;
            }
            if (value == null || value == NULL) {
                values[slot.index()] = null;
                if (slot.field().required()) {
                    throw Values.missing(slot.field().name());
                }
            }
        }
    }

    /** @return the value, or the fault that it is */
    private Object judged(Slot slot, JsonToken token) throws IOException, Refused {
        if (token == JsonToken.VALUE_NULL) {
            return NULL;
        }
        if (slot.entries() != null && token == JsonToken.START_ARRAY) {
            return entries(slot);
        }
        if (token.isStructStart()) {
            skip(token);
        }
        try {
            return scalar(slot.field(), token);
        } catch (Refused fault) {
            return fault;
        }
    }

    private Object scalar(Field field, JsonToken token) throws IOException, Refused {
        FieldType wanted = field.type();
        String name = field.name();
        if (wanted instanceof FieldType.Text text) {
            return Values.text(text(token, name), text.max(), name);
        } else if (wanted instanceof FieldType.OneOf oneOf) {
            return Values.oneOf(oneOf, text(token, name), name);
        } else if (wanted instanceof FieldType.Whole whole) {
            return whole(whole, token, name);
        } else if (wanted instanceof FieldType.Decimal decimal) {
            requireKind(token.isNumeric(), name, "a number", token);
            return Values.decimal(decimal, json.getText(), name);
        } else if (wanted instanceof FieldType.Bool) {
            requireKind(token.isBoolean(), name, "true or false", token);
            return token == JsonToken.VALUE_TRUE;
        } else if (wanted instanceof FieldType.Time) {
            return Values.time(text(token, name), name);
        } else if (wanted instanceof FieldType.SchemaVersion) {
            return Values.version(version(token, name), name);
        } else if (wanted instanceof FieldType.Objects) {
            throw Values.wrongType(name, "an array", kind(token));
        }
        throw new IllegalStateException("no reader for " + wanted);
    }

    private String text(JsonToken token, String field) throws IOException, Refused {
        requireKind(token == JsonToken.VALUE_STRING, field, "text", token);
        return json.getText();
    }

    private Long whole(FieldType.Whole wanted, JsonToken token, String field) throws IOException, Refused {
        if (token == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= JsonNumber.MAX_LONG_DIGITS) {
            long number = json.getLongValue();
            Values.whole(wanted, true, number, field);
            return number;
        }
        requireKind(token.isNumeric() && number().isWhole(), field, "a whole number", token);
        JsonNumber number = number();
        Values.whole(wanted, number.isLong(), number.isLong() ? number.longValue() : 0, field);
        return number.longValue();
    }

    private String version(JsonToken token, String field) throws IOException, Refused {
        if (token == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        requireKind(token.isNumeric() && number().isWhole(), field, "a version such as 1 or \"1.2\"", token);
        JsonNumber number = number();
        return number.isLong() ? Long.toString(number.longValue()) : json.getText();
    }

    private JsonNumber number() throws IOException {
        return JsonNumber.of(json.getText());
    }

    /** @return the objects of the array, or the first fault in it */
    private Object entries(Slot array) throws IOException, Refused {
        List<Map<String, Object>> entries = new ArrayList<>();
        Refused first = null;
        int index = 0;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            Refused fault = null;
            if (token == JsonToken.START_OBJECT) {
                Object[] values = entry(array.entries());
                try {
                    require(array.entries(), values);
                    entries.add(byName(array.entries(), values));
                } catch (Refused refused) {
                    fault = refused.within(Values.entry(array.field(), index));
                }
            } else {
                fault = Values.wrongType(Values.entry(array.field(), index), "an object", kind(token));
                skip(token);
            }
            first = first == null ? fault : first;
            index++;
        }
        return first == null ? entries : first;
    }

    private Object[] entry(Shape shape) throws IOException, Refused {
        Object[] values = new Object[shape.size()];
        Set<String> others = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            Slot slot = shape.byName().get(name);
            if (slot == null) {
                others = others == null ? new HashSet<>() : others;
                requireNew(others.add(name));
                skip(json.nextToken());
            } else {
                requireNew(values[slot.index()] == null);
                values[slot.index()] = judged(slot, json.nextToken());
            }
        }
        return values;
    }

    private static Map<String, Object> byName(Shape shape, Object[] values) {
        Map<String, Object> byName = new LinkedHashMap<>();
        for (Slot slot : shape.slots()) {
            if (values[slot.index()] != null) {
                byName.put(slot.field().name(), values[slot.index()]);
            }
        }
        return byName;
    }

    /** Passes over a value that nobody reads; it must be strict JSON all the same. */
    private void skip(JsonToken token) throws IOException, Refused {
        if (token == JsonToken.START_OBJECT) {
            Set<String> names = new HashSet<>();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                requireNew(names.add(name));
                skip(json.nextToken());
            }
        } else if (token == JsonToken.START_ARRAY) {
            for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
                skip(next);
            }
        }
    }

    private void requireNew(boolean isNew) throws Refused {
        if (!isNew) {
            throw new Refused(ReasonCode.DUPLICATE_KEY, "a key stands twice" + at(json.currentTokenLocation()));
        }
    }

    /** Where something was found, as a detail says it. */
    static String at(JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private void requireKind(boolean rightType, String field, String expected, JsonToken token)
            throws IOException, Refused {
        if (!rightType) {
            throw Values.wrongType(field, expected, kind(token));
        }
    }

    private String kind(JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_TRUE, VALUE_FALSE -> "boolean";
            case VALUE_NULL -> "null";
            case VALUE_NUMBER_FLOAT -> number().isWhole() ? "number" : "a fraction";
            default -> "number";
        };
    }
}
