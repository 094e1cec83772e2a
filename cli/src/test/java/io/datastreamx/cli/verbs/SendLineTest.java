package io.datastreamx.cli.verbs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendLineTest {
    private static SendLine parse(String line) {
        return SendLine.parse(line.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1.10,\"b\":1E+2,\"c\":12345678901234567890123.0}",
                "{ \"spaced\" :  [ 1 , 2 ] }",
                "{\"twice\":1,\"twice\":2}",
                "{\"text\":\"Zürich \\u00fc \\\"quoted\\\" 😀\"}",
                "\"only text, ünïcode\"",
                "-0.0",
                "1e5",
                "null",
                "true",
                "[]",
                "[{\"deep\":{\"er\":[[]]}}]"
            })
    void theBytesOfTheValueAreSentAsTheyStand(String value) {
        String key = "büx-1";
        for (String line : new String[] {
            "{\"topic\":\"ad-requests\",\"key\":\"" + key + "\",\"value\":" + value + "}",
            "{\"value\":" + value + ",\"key\":\"" + key + "\",\"topic\":\"ad-requests\"}",
            "  { \"key\" : \"" + key + "\", \"value\" : " + value + " , \"topic\" : \"ad-requests\" }  \r"
        }) {
            SendLine parsed = parse(line);
            assertEquals(value, new String(parsed.bytes(), StandardCharsets.UTF_8), line);
            assertEquals("ad-requests", parsed.topic());
            assertEquals(key, parsed.key());
        }
    }

    @Test
    void rawBytesNeedNotBeText() {
        SendLine parsed = parse("{\"topic\":\"ad-events\",\"raw\":\"/wB7\"}");
        assertArrayEquals(new byte[] {(byte) 0xff, 0, '{'}, parsed.bytes());
        assertNull(parsed.key());
    }

    @Test
    void largeTextPasses() {
        String value = "\"" + "x".repeat(900_000) + "\"";
        assertEquals(
                value,
                new String(
                        parse("{\"topic\":\"ad-events\",\"key\":null,\"value\":" + value + "}")
                                .bytes(),
                        StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"topic\":\"nope\",\"value\":1}|unknown topic \"nope\"",
                "{\"topic\":\"policy\",\"value\":1}|unknown topic",
                "{\"value\":1}|no topic",
                "{\"topic\":\"ad-events\",\"topic\":\"ad-events\",\"value\":1}|stands twice",
                "{\"topic\":\"ad-events\"}|value or raw",
                "{\"topic\":\"ad-events\",\"value\":1,\"raw\":\"AA==\"}|value or raw",
                "{\"topic\":\"ad-events\",\"raw\":\"?\"}|not base64",
                "{\"topic\":\"ad-events\",\"value\":1,\"offset\":4}|unknown field \"offset\"",
                "{\"topic\":\"ad-events\",\"key\":7,\"value\":1}|\"key\" must be a string",
                "{\"topic\":\"ad-events\",\"value\":{\"a\":}}|not JSON",
                "{\"topic\":\"ad-events\",\"value\":1|not JSON",
                "{\"topic\":\"ad-events\",\"value\":1} x|not JSON",
                "{\"topic\":\"ad-events\",\"value\":1} {}|something follows",
                "[1]|must be a JSON object"
            })
    void aBadLineIsRefusedWithTheReason(String line, String reason) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> parse(line)).getMessage();
        assertTrue(message.contains(reason), message);
    }
}
