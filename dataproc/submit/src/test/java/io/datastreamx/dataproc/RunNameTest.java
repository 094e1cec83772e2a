package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples of {@code contract/run-ids.json}; the DAGs, which are to find the same batches, are held to them too.
 */
class RunNameTest {
    static List<JsonNode> examples() throws IOException {
        JsonNode all = Bodies.JSON.readTree(
                Repository.root().resolve("contract/run-ids.json").toFile());
        return StreamSupport.stream(all.required("batches").spliterator(), false)
                .toList();
    }

    private static RunName name(JsonNode example) {
        return new RunName(
                example.path("environment").asText(),
                example.path("step").asText(),
                example.path("run").asText());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aRunHasItsIdAndItsLabel(JsonNode example) {
        assertEquals(example.path("id").asText(), name(example).id());
        assertEquals(
                example.path("label").asText(), Bodies.label(example.path("run").asText()));
    }

    @Test
    void idsAreAsGoogleWantsThemAndDiffer() throws IOException {
        Set<String> ids = new HashSet<>();
        for (JsonNode example : examples()) {
            String id = name(example).id();
            assertTrue(id.matches("[a-z0-9][a-z0-9-]{2,61}[a-z0-9]"), id);
            assertTrue(ids.add(id), id);
        }
    }
}
