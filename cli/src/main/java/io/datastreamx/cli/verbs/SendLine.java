package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.datastreamx.contract.event.Topic;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One line of {@code dsx send}: {@code {"topic": …, "key": …, "value": …}} or {@code "raw"} with base64. The value is
 * never parsed and written again: its bytes are cut out of the line, so that what was written is what is sent.
 *
 * @param topic a topic that carries events
 * @param key the record's key; null without one
 * @param bytes the record's value
 */
record SendLine(String topic, String key, byte[] bytes) {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** @throws IllegalArgumentException saying what is wrong with the line */
    static SendLine parse(byte[] line) {
        String topic = null;
        String key = null;
        byte[] value = null;
        byte[] raw = null;
        Set<String> seen = new HashSet<>();
        try (JsonParser parser = FACTORY.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("a line must be a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                if (!seen.add(field)) {
                    throw new IllegalArgumentException("\"" + field + "\" stands twice");
                }
                JsonToken token = parser.nextToken();
                switch (field) {
                    case "topic" -> topic = text(parser, field);
                    case "key" -> key = token == JsonToken.VALUE_NULL ? null : text(parser, field);
                    case "value" -> value = slice(parser, line);
                    case "raw" -> raw = base64(text(parser, field));
                    default ->
                        throw new IllegalArgumentException(
                                "unknown field \"" + field + "\"; a line has topic, key, and value or raw");
                }
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("something follows the JSON object");
            }
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "not JSON in UTF-8: " + e.getMessage() + "; bytes that are not go into \"raw\", base64", e);
        }
        if ((value == null) == (raw == null)) {
            throw new IllegalArgumentException("a line has either value or raw, and one of them");
        }
        return new SendLine(known(topic), key, value == null ? raw : value);
    }

    private static String known(String topic) {
        List<String> names = Stream.of(Topic.values()).map(Topic::topicName).toList();
        if (topic == null || !names.contains(topic)) {
            throw new IllegalArgumentException((topic == null ? "no topic" : "unknown topic \"" + topic + "\"")
                    + "; there are " + String.join(", ", names));
        }
        return topic;
    }

    private static String text(JsonParser parser, String field) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("\"" + field + "\" must be a string");
        }
        return parser.getText();
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"raw\" is not base64: " + e.getMessage(), e);
        }
    }

    private static byte[] slice(JsonParser parser, byte[] line) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return Arrays.copyOfRange(line, start, (int) parser.currentLocation().getByteOffset());
    }
}
