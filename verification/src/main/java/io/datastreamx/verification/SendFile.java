package io.datastreamx.verification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * JSON Lines as {@code dsx send} reads them: records that are one clean JSON object as {@code value}, all others as
 * base64 under {@code raw}.
 */
final class SendFile {
    /** Longer ones are given as bytes, since who reads them as JSON might cut them. */
    private static final int LONGEST_VALUE = 65_536;

    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SendFile() {}

    static void write(Path file, Iterator<GeneratedRecord> records) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(Files.newBufferedWriter(file)).setRootValueSeparator(null)) {
            while (records.hasNext()) {
                GeneratedRecord record = records.next();
                json.writeStartObject();
                json.writeStringField("topic", record.topic());
                json.writeStringField("key", record.key());
                if (isCleanObject(record.value())) {
                    json.writeFieldName("value");
                    json.writeRawValue(new String(record.value(), StandardCharsets.UTF_8));
                } else {
                    json.writeBinaryField("raw", record.value());
                }
                json.writeEndObject();
                json.writeRaw('\n');
            }
        }
    }

    private static boolean isCleanObject(byte[] value) {
        if (value.length > LONGEST_VALUE) {
            return false;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
            // A line end between two tokens would end the line.
            return text.indexOf('\n') < 0 && STRICT.readTree(text).isObject();
        } catch (IOException e) {
            return false;
        }
    }
}
