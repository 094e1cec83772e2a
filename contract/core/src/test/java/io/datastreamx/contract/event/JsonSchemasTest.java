package io.datastreamx.contract.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JsonSchemasTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
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
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(JsonSchemas.of(type));
        EventValidator validator = new EventValidator("USD");
        for (ObjectNode record : variants(type)) {
            boolean valid = validator.validate(type.topic(), Samples.bytes(record)) instanceof Validated.Accepted;
            assertEquals(valid, schema.validate(record).isEmpty(), () -> record + " " + schema.validate(record));
        }
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
