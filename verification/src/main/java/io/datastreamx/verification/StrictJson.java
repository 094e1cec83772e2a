package io.datastreamx.verification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One JSON value in UTF-8 and nothing around it, no key twice in one object, nested at most 500 deep. Numbers may have
 * any number of digits.
 */
final class StrictJson {
    private static final int DEEPEST = 500;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();
    private static final Pattern EXPONENT = Pattern.compile("(-?)([0-9.]+)[eE]([+-]?)0*([0-9]+)");
    /** Exponents of more digits make a number larger or smaller than anything that it is compared with. */
    private static final int LONGEST_EXPONENT = 6;

    private static final BigDecimal HUGE = new BigDecimal(BigInteger.ONE, -1_000_000);
    private static final BigDecimal TINY = new BigDecimal(BigInteger.ONE, 1_000_000);

    private StrictJson() {}

    /** @return empty where the bytes are anything else */
    static Optional<JsonNode> parse(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            try (JsonParser parser = FACTORY.createParser(text)) {
                if (parser.nextToken() == null) {
                    return Optional.empty();
                }
                JsonNode value = value(parser);
                return parser.nextToken() == null ? Optional.of(value) : Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> DecimalNode.valueOf(number(parser.getText()));
        };
    }

    private static ObjectNode object(JsonParser parser) throws IOException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.set(name, value(parser));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser) throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    private static BigDecimal number(String written) {
        Matcher parts = EXPONENT.matcher(written);
        if (!parts.matches() || parts.group(4).length() <= LONGEST_EXPONENT) {
            return new BigDecimal(written);
        }
        if (parts.group(2).matches("[0.]+")) {
            return BigDecimal.ZERO;
        }
        BigDecimal size = parts.group(3).equals("-") ? TINY : HUGE;
        return parts.group(1).isEmpty() ? size : size.negate();
    }
}
