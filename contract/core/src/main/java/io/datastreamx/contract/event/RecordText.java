package io.datastreamx.contract.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A record's JSON, to be read by a parser and cut where it says. Nearly all records are plain, ASCII without escapes,
 * and are read from their bytes. The others are decoded first: read from bytes the parser would take overlong forms for
 * characters, guess other encodings, and judge surrogates in names otherwise than in values.
 */
final class RecordText {
    /** Names come from anybody: none is kept for good, and none that collide may end the process. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(EventValidator.MAX_NESTING)
                    .maxNumberLength(EventValidator.MAX_RECORD_BYTES)
                    .maxNameLength(EventValidator.MAX_RECORD_BYTES)
                    .maxStringLength(EventValidator.MAX_RECORD_BYTES)
                    .build())
            .build();

    private final byte[] plain;
    private final String decoded;

    /** @throws Refused where it is not UTF-8 */
    RecordText(byte[] bytes) throws Refused {
        boolean isPlain = isPlain(bytes);
        plain = isPlain ? bytes : null;
        decoded = isPlain ? null : decode(bytes);
    }

    JsonParser parser() throws IOException {
        return plain == null ? JSON.createParser(decoded) : JSON.createParser(plain);
    }

    /** The text from one place to another. */
    String cut(JsonLocation from, JsonLocation to) {
        if (plain == null) {
            return decoded.substring((int) from.getCharOffset(), (int) to.getCharOffset());
        }
        int first = (int) from.getByteOffset();
        return new String(plain, first, (int) to.getByteOffset() - first, StandardCharsets.US_ASCII);
    }

    /** Neither beyond ASCII nor zero nor a backslash; without a branch, so that the loop takes many bytes at once. */
    private static boolean isPlain(byte[] bytes) {
        int all = 0;
        for (byte b : bytes) {
            all |= b | b - 1 | (b ^ '\\') - 1;
        }
        return all >= 0;
    }

    private static String decode(byte[] bytes) throws Refused {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refused(ReasonCode.INVALID_UTF8, "not UTF-8");
        }
    }
}
