package io.datastreamx.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Records as {@code dsx send} reads them, one JSON object a line: the value as JSON where it is JSON, else its bytes as
 * base64.
 */
final class HistoryWriter implements RecordSink, AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonGenerator json;

    HistoryWriter(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        json = new JsonFactory().createGenerator(Files.newBufferedWriter(file)).setRootValueSeparator(null);
    }

    @Override
    public void send(String topic, String key, byte[] value) {
        try {
            json.writeStartObject();
            json.writeStringField("topic", topic);
            json.writeStringField("key", key);
            if (isJson(value)) {
                json.writeFieldName("value");
                json.writeRawValue(new String(value, java.nio.charset.StandardCharsets.UTF_8));
            } else {
                json.writeBinaryField("raw", value);
            }
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        json.close();
    }

    private static boolean isJson(byte[] value) {
        try {
            return MAPPER.readTree(value).isObject();
        } catch (IOException e) {
            return false;
        }
    }
}
