package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the DAGs go by comes from the enums and the files that it is about. */
class FactsTest {
    @TempDir
    Path folder;

    private JsonNode facts() throws Exception {
        Path project = TestProject.in(folder.resolve("project"));
        Dataproc dataproc = new Dataproc(project, SubmitWorld.CLOCK, new PrintWriter(new StringWriter()));
        return Bodies.JSON.readTree(
                dataproc.renderFacts(folder.resolve("out/facts.json")).toFile());
    }

    @Test
    void theStepsOfANightComeInTheirOrderWithTheirParts() throws Exception {
        StringBuilder steps = new StringBuilder();
        for (JsonNode step : facts().path("steps")) {
            steps.append(step.path("name").asText())
                    .append(' ')
                    .append(step.path("part").asText())
                    .append('\n');
        }
        assertEquals("""
                seal tables
                rebuild tables
                validate tables
                publish tables
                flip tables
                train learning
                evaluate learning
                gate learning
                promote learning
                maintain maintenance
                rollback rollback
                """, steps.toString());
    }

    @Test
    void exitCodesHaveTheirNames() throws Exception {
        JsonNode facts = facts();
        assertEquals(
                Bodies.JSON.readTree(
                        "{\"ok\":0,\"failed\":1,\"wrong_use\":2,\"learning_failed\":3,\"not_the_writer\":5,\"interrupted\":130}"),
                facts.path("exit_codes"));
        assertEquals(Bodies.JSON.readTree("[\"rollups\",\"ad_opportunities\"]"), facts.path("tables"));
    }

    @Test
    void pricesHaveSourceDateAndWhetherTheyAreConfirmed() throws Exception {
        JsonNode prices = facts().path("prices");
        assertEquals(730, prices.path("hours_per_month").asInt());
        assertEquals(0.06, prices.at("/items/serverless-dcu-hour/price").asDouble());
        assertEquals(8, prices.path("items").size());
        for (JsonNode price : prices.path("items")) {
            assertTrue(price.path("price").asDouble() > 0, price.toString());
            assertTrue(!price.path("source").asText().isBlank(), price.toString());
            assertTrue(price.path("date").asText().matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}"), price.toString());
            assertTrue(price.path("confirmed").isBoolean(), price.toString());
        }
    }

    @Test
    void runtimesHaveTheirSparkAndTheEndOfTheirSupport() throws Exception {
        JsonNode runtime = facts().path("runtimes").path("3.0");
        assertEquals("4.0", runtime.path("spark").asText());
        assertEquals("2027-01-31", runtime.path("supported_until").asText());
    }
}
