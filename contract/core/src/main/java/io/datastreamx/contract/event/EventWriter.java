package io.datastreamx.contract.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Turns an {@link EventDraft} into the bytes of a Kafka record: the fields of the type's schema in their order, without
 * white space, so that equal values give equal bytes. The counterpart of {@link EventValidator}: what is written passes
 * there and reads back equal; what would not pass is refused here with the same reason, before it leaves the process.
 * Thread-safe.
 */
public final class EventWriter {
    /** Java 17 itself writes doubles slowly, and not always with the fewest digits. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private static final Map<EventType, List<Slot>> SCHEMAS = new EnumMap<>(EventType.class);

    static {
        for (EventType type : EventType.values()) {
            SCHEMAS.put(type, slots(EventSchema.of(type)));
        }
    }

    private final String currency;

    /** @param currency the one ISO-4217 currency in which money is counted */
    public EventWriter(String currency) {
        this.currency = currency;
    }

    /**
     * A field, prepared.
     *
     * @param name as it is written
     * @param entries the fields of each object, for an array of objects; empty for all else
     */
    private record Slot(Field field, SerializableString name, List<Slot> entries) {}

    private static List<Slot> slots(List<Field> fields) {
        return fields.stream()
                .map(field -> new Slot(
                        field,
                        new SerializedString(field.name()),
                        field.type() instanceof FieldType.Objects objects ? slots(objects.fields()) : List.of()))
                .toList();
    }

    /**
     * @throws InvalidEventException for an event that readers would refuse
     * @throws IllegalArgumentException for a field that the event does not have
     */
    public byte[] write(EventDraft draft) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            object(json, SCHEMAS.get(draft.type()), draft.values());
            Values.together(draft.type(), draft.values()::get, currency);
            json.flush();
            if (bytes.size() > EventValidator.MAX_RECORD_BYTES) {
                throw EventValidator.tooLarge(bytes.size());
            }
        } catch (Refused refused) {
            throw new InvalidEventException(draft.type(), refused.rejection());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void object(JsonGenerator json, List<Slot> slots, Map<String, Object> values)
            throws IOException, Refused {
        json.writeStartObject();
        int written = 0;
        for (Slot slot : slots) {
            Object value = values.get(slot.field().name());
            if (value != null) {
                json.writeFieldName(slot.name());
                value(json, slot, value);
                written++;
            } else if (slot.field().required()) {
                throw Values.missing(slot.field().name());
            }
        }
        json.writeEndObject();
        if (written < values.size()) {
            throw new IllegalArgumentException("the contract has not all of these fields: " + values.keySet());
        }
    }

    private static void value(JsonGenerator json, Slot slot, Object value) throws IOException, Refused {
        String name = slot.field().name();
        FieldType type = slot.field().type();
        if (type instanceof FieldType.Text text) {
            json.writeString(Values.text(typed(String.class, value, name, "text"), text.max(), name));
        } else if (type instanceof FieldType.Whole whole) {
            long number = typed(Long.class, value, name, "a whole number");
            Values.whole(whole, true, number, name);
            json.writeNumber(number);
        } else if (type instanceof FieldType.OneOf oneOf) {
            json.writeString(Values.oneOf(oneOf, typed(String.class, value, name, "text"), name));
        } else if (type instanceof FieldType.Decimal decimal) {
            json.writeNumber(Values.decimal(decimal, typed(Double.class, value, name, "a number"), name));
        } else if (type instanceof FieldType.Bool) {
            json.writeBoolean(typed(Boolean.class, value, name, "true or false"));
        } else if (type instanceof FieldType.Time) {
            json.writeString(EventTimes.format(Values.micros(typed(Long.class, value, name, "text"), name)));
        } else if (type instanceof FieldType.SchemaVersion) {
            version(json, Values.version(typed(String.class, value, name, "a version"), name));
        } else if (type instanceof FieldType.Objects) {
            objects(json, slot, typed(List.class, value, name, "an array"));
        } else {
            throw new IllegalStateException("no writer for " + type);
        }
    }

    private static void version(JsonGenerator json, String version) throws IOException {
        if (version.indexOf('.') < 0) {
            json.writeNumber(Integer.parseInt(version));
        } else {
            json.writeString(version);
        }
    }

    @SuppressWarnings("unchecked")
    private static void objects(JsonGenerator json, Slot slot, List<?> entries) throws IOException, Refused {
        json.writeStartArray();
        for (int i = 0; i < entries.size(); i++) {
            try {
                object(json, slot.entries(), (Map<String, Object>) entries.get(i));
            } catch (Refused refused) {
                throw refused.within(Values.entry(slot.field(), i));
            }
        }
        json.writeEndArray();
    }

    private static <T> T typed(Class<T> type, Object value, String name, String expected) throws Refused {
        if (!type.isInstance(value)) {
            throw Values.wrongType(name, expected, value.getClass().getSimpleName());
        }
        return type.cast(value);
    }
}
