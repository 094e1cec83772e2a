package io.datastreamx.contract.night;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of {@code contract/run-ids.json}, which the DAGs' tests and those of {@code dsx submit} read too. */
class RunIdTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("basedir"), "..", "run-ids.json");

    private static Stream<JsonNode> examples(String kind) throws IOException {
        JsonNode found = ContractJson.MAPPER.readTree(EXAMPLES.toFile()).required(kind);
        return StreamSupport.stream(found.spliterator(), false);
    }

    static Stream<JsonNode> times() throws IOException {
        return examples("times");
    }

    static Stream<JsonNode> texts() throws IOException {
        return examples("texts");
    }

    static Stream<JsonNode> refused() throws IOException {
        return examples("refused");
    }

    static Stream<JsonNode> batches() throws IOException {
        return examples("batches");
    }

    @ParameterizedTest
    @MethodSource("times")
    void aTimeNamesARun(JsonNode example) {
        RunId run = RunId.at(OffsetDateTime.parse(example.path("time").asText()).toInstant());
        assertEquals(example.path("run").asText(), run.value());
    }

    @ParameterizedTest
    @MethodSource("texts")
    void ofAnyTextWhatAFileCannotBeCalledIsReplaced(JsonNode example) {
        assertEquals(
                example.path("run").asText(),
                RunId.of(example.path("text").asText()).value());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatWouldBeHiddenOrLeadElsewhereIsRefused(JsonNode example) {
        assertThrows(IllegalArgumentException.class, () -> RunId.of(example.asText()));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void runsOfTheDagsKeepTheirNames(JsonNode example) {
        String run = example.path("run").asText();
        assertEquals(run, RunId.of(run).value());
    }

    @Test
    void aRunIdHasALimit() {
        assertEquals(120, RunId.of("x".repeat(120)).value().length());
        assertThrows(IllegalArgumentException.class, () -> RunId.of("x".repeat(121)));
    }
}
