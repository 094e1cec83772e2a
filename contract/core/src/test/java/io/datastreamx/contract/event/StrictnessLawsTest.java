package io.datastreamx.contract.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Records with damage, held against a tree that another parser builds of the decoded text. */
class StrictnessLawsTest {
    private static final ObjectMapper STRICT = tree(true);
    private static final ObjectMapper LENIENT = tree(false);
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u00e9",
            "\\ud800",
            "\\\"",
            "é",
            "\uD83D\uDE00",
            "\uFEFF",
            "\n",
            " ",
            "\t",
            "\u0000",
            "null",
            "true",
            "NaN",
            "0",
            "00",
            "-",
            "1e5",
            "1.",
            ".5",
            "'",
            "/**/",
            "7");
    private static final List<String> MEMBERS = List.of(
            "\"region\":1,",
            "\"x\":{},",
            "\"x\":1,",
            "\"\\u0078\":2,",
            "\"propensity\":0,",
            "\"reason\":null,",
            "\"b\":[[{\"a\":1,\"a\":2}]],",
            "\"b\":\"é\",",
            "\"\\ud800\":\"\\udc00\",");

    private final EventValidator validator = new EventValidator("USD");

    @Property(tries = 5_000)
    void aFaultOfTheJsonIsFoundAndNoneInvented(@ForAll("damaged") byte[] bytes) {
        Validated judged = validator.validate(Topic.AD_DECISIONS, bytes);
        ReasonCode reason = judged instanceof Validated.Rejected rejected
                ? rejected.rejection().reason()
                : null;
        Optional<ReasonCode> expected = faultOfJson(STRICT, bytes);
        if (expected.equals(Optional.of(ReasonCode.DUPLICATE_KEY)) && reason == ReasonCode.MALFORMED_JSON) {
            // Both are true of a member that stands twice and has no value.
            assertThat(faultOfJson(LENIENT, bytes)).hasValue(ReasonCode.MALFORMED_JSON);
        } else if (expected.isPresent()) {
            assertThat(reason).isEqualTo(expected.get());
        } else {
            assertThat(reason)
                    .isNotIn(
                            ReasonCode.EMPTY,
                            ReasonCode.TOO_LARGE,
                            ReasonCode.INVALID_UTF8,
                            ReasonCode.MALFORMED_JSON,
                            ReasonCode.DUPLICATE_KEY,
                            ReasonCode.NOT_AN_OBJECT);
        }
        Statistics.collect(expected.map(ReasonCode::code).orElse("an object"));
        Statistics.coverage(coverage -> {
            for (String kind : List.of("an object", "malformed_json", "duplicate_key", "invalid_utf8")) {
                coverage.check(kind).percentage(share -> share > 1);
            }
        });
    }

    /** What is kept of unknown fields is JSON, and says what the tree says. */
    @Property(tries = 2_000)
    void whatIsKeptOfUnknownFieldsSaysTheSame(@ForAll("damaged") byte[] bytes) throws Exception {
        if (validator.validate(Topic.AD_DECISIONS, bytes) instanceof Validated.Accepted accepted) {
            ObjectNode unknown = (ObjectNode) STRICT.readTree(new String(bytes, StandardCharsets.UTF_8));
            EventSchema.of(EventType.AD_DECISION).forEach(field -> unknown.remove(field.name()));
            JsonNode kept = STRICT.readTree(accepted.event().extra().orElse("{}"));
            assertThat(kept).isEqualTo(unknown);
            assertThat(accepted.event().extra().isPresent()).isEqualTo(!unknown.isEmpty());
        }
    }

    private static ObjectMapper tree(boolean refusesDuplicates) {
        return JsonMapper.builder(JsonFactory.builder()
                        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, refusesDuplicates)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    private static Optional<ReasonCode> faultOfJson(ObjectMapper tree, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return tree.readTree(text).isObject() ? Optional.empty() : Optional.of(ReasonCode.NOT_AN_OBJECT);
        } catch (CharacterCodingException e) {
            return Optional.of(ReasonCode.INVALID_UTF8);
        } catch (JsonProcessingException e) {
            return Optional.of(
                    e.getOriginalMessage().startsWith("Duplicate field")
                            ? ReasonCode.DUPLICATE_KEY
                            : ReasonCode.MALFORMED_JSON);
        }
    }

    /** A record in which up to three places were cut, doubled, or got a piece that does not belong there. */
    @Provide
    Arbitrary<byte[]> damaged() {
        return Arbitraries.randomValue(random -> {
            String more = random.nextBoolean() ? ",\"more\":{\"a\":[1,{\"b\":\"c\"}],\"d\":-1.5e3},\"z\":\"\"}" : "}";
            StringBuilder text = new StringBuilder(Samples.text(EventType.AD_DECISION));
            text.replace(text.length() - 1, text.length(), more);
            for (int i = random.nextInt(4); i > 0; i--) {
                damage(text, random);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(10) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            return bytes;
        });
    }

    private static void damage(StringBuilder text, Random random) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + 1 + random.nextInt(3));
        switch (random.nextInt(4)) {
            case 0 -> text.delete(from, to);
            case 1 -> text.insert(from, text.substring(from, to));
            case 2 -> text.insert(from, PIECES.get(random.nextInt(PIECES.size())));
            default -> {
                // Where a member may stand.
                int comma = text.indexOf(",\"", from);
                text.insert(comma < 0 ? 1 : comma + 1, MEMBERS.get(random.nextInt(MEMBERS.size())));
            }
        }
    }
}
