package io.datastreamx.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two recounts, in Java and in Python, know nothing of each other: where both are wrong they are hardly wrong
 * alike.
 */
class PythonRecountTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int COUNT = 20_000;

    @TempDir
    private static Path folder;

    private static Totals totals;

    @BeforeAll
    static void generate() throws Exception {
        SendFile.write(folder.resolve("records.jsonl"), Generated.records(1, COUNT));
        FactLog log = Generated.log();
        totals = log.upTo(Generated.fill(log, Generated.records(1, COUNT)));
    }

    @Test
    void bothCountTheSame() throws Exception {
        assertEquals(COUNT, totals.read());
        assertTrue(totals.duplicate() > 200 && totals.malformed() > 50, totals.duplicate() + " " + totals.malformed());
        for (Grouping grouping : Grouping.values()) {
            Outcome outcome = recount(
                    "--by", "minute," + String.join(",", grouping.fields()),
                    "--compare", report(grouping, 0).toString(),
                    "--ledger", ledger(0).toString());
            assertEquals(0, outcome.exitCode(), outcome.answer().toString());
            assertEquals(COUNT, outcome.answer().get("read").longValue());
        }
    }

    @Test
    void aSingleChangedNumberIsFound() throws Exception {
        Path report = report(Grouping.AGGREGATOR_AD, 1);
        Outcome outcome = recount("--by", "minute,aggregator_id,ad_id", "--compare", report.toString());
        assertEquals(1, outcome.exitCode());
        assertEquals(1, outcome.answer().get("differences").intValue());
    }

    @Test
    void aLedgerWithOneDuplicateTooManyIsFound() throws Exception {
        assertEquals(1, recount("--ledger", ledger(1).toString()).exitCode());
    }

    private static Path ledger(long extra) throws Exception {
        ObjectNode ledger = Reports.ledger(totals, 1, Map.of());
        Path file = folder.resolve("ledger.json");
        return Files.writeString(
                file, ledger.put("duplicate", totals.duplicate() + extra).toString());
    }

    private static Path report(Grouping grouping, long extra) throws Exception {
        JsonNode report = Reports.of(totals, grouping.fields(), true, 1, Map.of());
        ObjectNode first = (ObjectNode) ((ArrayNode) report.get("rows")).get(0);
        first.put("starts", first.get("starts").longValue() + extra);
        Path file = folder.resolve("report.json");
        return Files.writeString(file, report.toString());
    }

    private record Outcome(int exitCode, JsonNode answer) {}

    private static Outcome recount(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                Path.of(System.getProperty("basedir"), "recount.py").toString(),
                folder.resolve("records.jsonl").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        JsonNode answer = MAPPER.readTree(process.getInputStream().readAllBytes());
        return new Outcome(process.waitFor(), answer);
    }
}
