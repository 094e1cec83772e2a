package io.datastreamx.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.datastreamx.contract.event.EventTimes;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.function.Function;

/** Times as the contract writes them ({@link EventTimes}) and days as ISO dates; nothing else is read as one. */
final class JsonTimes extends SimpleModule {
    private static final long serialVersionUID = 1L;

    JsonTimes() {
        add(Instant.class, "a time such as 2026-11-22T10:15:30.123Z", EventTimes::format, Instant::parse);
        add(LocalDate.class, "a day such as 2026-11-22", LocalDate::toString, LocalDate::parse);
    }

    private <T> void add(Class<T> type, String wanted, Function<T, String> write, Function<String, T> read) {
        addSerializer(type, new JsonSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeString(write.apply(value));
            }
        });
        addDeserializer(type, new JsonDeserializer<>() {
            @Override
            public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
                String text = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : null;
                try {
                    if (text != null) {
                        return read.apply(text);
                    }
                } catch (DateTimeException e) {
                    // Said below, with the field.
                }
                throw context.weirdStringException(
                        String.valueOf(text), type, json.currentName() + " is " + wanted + ", not " + json.getText());
            }
        });
    }
}
