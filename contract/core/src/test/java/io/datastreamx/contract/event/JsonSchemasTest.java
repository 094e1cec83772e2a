package io.datastreamx.contract.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JsonSchemasTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    /** Keeps numbers as they are written, however long. */
    private static final ObjectMapper EXACT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxNestingDepth(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private static final EventValidator VALIDATOR = new EventValidator("USD");
    private static final Map<EventType, JsonSchema> SCHEMAS = new EnumMap<>(EventType.class);

    static {
        for (EventType type : EventType.values()) {
            SCHEMAS.put(
                    type,
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                            .getSchema(JsonSchemas.of(type)));
        }
    }

    private static final Path PUBLISHED = Path.of(System.getProperty("basedir"), "..", "schemas");

    /**
     * The files for senders are those that the contract generates; run with -Dschemas.write=true after a change of the
     * contract.
     */
    @ParameterizedTest
    @EnumSource(EventType.class)
    void publishedSchemasAreUpToDate(EventType type) throws Exception {
        Path file = PUBLISHED.resolve(type.wireName() + ".schema.json");
        String generated = JSON.writeValueAsString(JsonSchemas.of(type)) + "\n";
        if (Boolean.getBoolean("schemas.write")) {
            Files.createDirectories(PUBLISHED);
            Files.writeString(file, generated);
        }
        assertEquals(generated, Files.readString(file));
    }

    /**
     * A record passes the schema if and only if it passes the validator, over every field left out, null, and of
     * another type.
     */
    @ParameterizedTest
    @EnumSource(EventType.class)
    void schemaAndValidatorAgree(EventType type) {
        JsonSchema schema = SCHEMAS.get(type);
        for (ObjectNode record : variants(type)) {
            boolean valid = VALIDATOR.validate(type.topic(), Samples.bytes(record)) instanceof Validated.Accepted;
            assertEquals(valid, schema.validate(record).isEmpty(), () -> record + " " + schema.validate(record));
        }
    }

    /**
     * The same over generated values, most of them at the edge of what their field may hold. Whole numbers stay within
     * 64 bits, since this schema library wraps larger ones.
     */
    @Property(tries = 3_000)
    void schemaAndValidatorAgreeOnSpellings(@ForAll("records") Spelled record) throws Exception {
        JsonNode tree = EXACT.readTree(record.json());
        boolean valid = VALIDATOR.validate(record.type().topic(), record.json().getBytes(StandardCharsets.UTF_8))
                instanceof Validated.Accepted;
        assertThat(SCHEMAS.get(record.type()).validate(tree).isEmpty())
                .as("%s: %s", record.json(), SCHEMAS.get(record.type()).validate(tree))
                .isEqualTo(valid);
        Statistics.label("valid").collect(valid);
        Statistics.label("valid").coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 20);
            coverage.check(false).percentage(share -> share > 20);
        });
    }

    /** A record as text, since no tree keeps how a number was written. */
    record Spelled(EventType type, String json) {}

    @Provide
    Arbitrary<Spelled> records() {
        return Arbitraries.of(EventType.class).flatMap(type -> {
            List<Field> fields = EventSchema.of(type);
            Arbitrary<Integer> place = Arbitraries.integers().between(0, fields.size() + 3);
            return place.flatMap(at -> {
                Field field = at < fields.size() ? fields.get(at) : null;
                String name = field == null ? "added_later" : field.name();
                // What the configuration and the topic say is not the schema's to know.
                boolean fixed = name.equals("currency") || name.equals("event_type");
                Arbitrary<String> literal = fixed
                        ? Arbitraries.of("null", "1", "\"\"")
                        : field == null
                                ? anything()
                                : Arbitraries.oneOf(of(field.type()), of(field.type()), anything());
                return literal.map(value -> new Spelled(type, with(type, name, value)));
            });
        });
    }

    private static String with(EventType type, String name, String literal) {
        ObjectNode record = Samples.of(type);
        record.remove(name);
        String json = record.toString();
        return json.substring(0, json.length() - 1) + ",\"" + name + "\": " + literal + "}";
    }

    private static Arbitrary<String> of(FieldType type) {
        if (type instanceof FieldType.Whole whole) {
            return Arbitraries.oneOf(
                    numbers(), around(whole.min()), around(whole.max()), Arbitraries.of("1e17", "1e-400"));
        } else if (type instanceof FieldType.Decimal) {
            return Arbitraries.of(
                    "0",
                    "1",
                    "1.0",
                    "10e-1",
                    "0.5",
                    "-0.0",
                    "1e-400",
                    "-1e-400",
                    "1.00000000000000000000001",
                    "1e400",
                    "0.99999999999999999999999",
                    "-0.1",
                    "1.1");
        } else if (type instanceof FieldType.Time) {
            return new EventTimesTest().nearTimes().map(JsonSchemasTest::quoted);
        } else if (type instanceof FieldType.SchemaVersion) {
            return Arbitraries.oneOf(
                    numbers(),
                    Arbitraries.of("1", "1.0", "1e3", "1.5", "9999", "9999.0", "10000", "1e4", "0", "-1"),
                    Arbitraries.of("1", "1.2", "1.02.3.4444", "1.2.3.4.5", "1.", "01", "1.\u0661", "1\n", "v1")
                            .map(JsonSchemasTest::quoted));
        } else if (type instanceof FieldType.OneOf oneOf) {
            return Arbitraries.of(oneOf.values()).map(JsonSchemasTest::quoted);
        } else if (type instanceof FieldType.Bool) {
            return Arbitraries.of("true", "false");
        } else if (type instanceof FieldType.Objects objects) {
            return objects.fields().size() == EventSchema.CANDIDATE.size()
                    ? Arbitraries.of("1", "1e6", "1000000000000.0", "1000000000001", "0.5", "null")
                            .map(score -> "[{\"aggregator_id\":\"a\",\"score_micros\":" + score
                                    + ",\"propensity\":1.0,\"more\":{}}]")
                    : Arbitraries.of("[]", "[{}]", "[null]", "[{\"aggregator_id\":\"a\",\"reason\":\"r\"}]", "{}");
        }
        return Combinators.combine(
                        Arbitraries.of("x", "é", "\uD83D\uDE00", "\u0000", " "),
                        Arbitraries.of(1, 1_024, 1_100, 2_047, 2_048, 2_049, 8_191, 8_192, 8_193))
                .as(String::repeat)
                .map(JsonSchemasTest::quoted);
    }

    private static Arbitrary<String> around(long bound) {
        return Combinators.combine(
                        Arbitraries.longs().between(bound - 1, bound + 1), Arbitraries.of("", ".0", "e0", ".5"))
                .as((number, rest) -> number + rest);
    }

    private static Arbitrary<String> numbers() {
        return new JsonNumberTest().literals();
    }

    private static Arbitrary<String> anything() {
        return Arbitraries.of(
                "null",
                "true",
                "\"\"",
                "\"1\"",
                "5",
                "5.5",
                "1e18",
                "{}",
                "[]",
                "[1]",
                "{\"a\":[1e400,{\"b\":null}]}",
                "{\"n\":".repeat(21) + "1" + "}".repeat(21),
                "[".repeat(EventValidator.MAX_NESTING - 1) + "]".repeat(EventValidator.MAX_NESTING - 1),
                "[" + "1".repeat(1_001) + "]",
                "0." + "1".repeat(1_001));
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    private static List<ObjectNode> variants(EventType type) {
        List<ObjectNode> variants =
                new ArrayList<>(List.of(Samples.of(type), Samples.of(type).put("added_later", 1)));
        for (Field field : EventSchema.of(type)) {
            variants.add(Samples.of(type).without(field.name()));
            variants.add(Samples.of(type).putNull(field.name()));
            variants.add(Samples.of(type).put(field.name(), -5));
            variants.add(Samples.of(type).put(field.name(), true));
            variants.add(Samples.of(type).put(field.name(), ""));
        }
        return variants;
    }
}
