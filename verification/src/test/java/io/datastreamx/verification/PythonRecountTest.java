package io.datastreamx.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    /** Short enough that repeats are missed, which a night finds in what it sees. */
    private static final Duration HORIZON = Duration.ofSeconds(1);

    private static final int SEEN_BY_NIGHT = 14_000;

    private static Totals totals;

    @BeforeAll
    static void generate() throws Exception {
        Path sent = folder.resolve("sent.jsonl");
        SendFile.write(sent, Generated.records(1, COUNT));
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(sent)) {
            lines.add("{\"append_time\":" + Generated.appendMs(lines.size()) + "," + line.substring(1));
        }
        Files.write(folder.resolve("records.jsonl"), lines);
        FactLog log = new FactLog("USD", HORIZON);
        RecordGenerator records = Generated.records(1, COUNT);
        Map<String, Long> ends = new HashMap<>();
        Generated.fill(log, records, SEEN_BY_NIGHT, ends);
        Map<String, Long> seen = Map.copyOf(ends);
        Generated.fill(log, records, COUNT, ends);
        totals = log.upTo(ends, seen);
    }

    @Test
    void bothCountTheSame() throws Exception {
        assertEquals(COUNT, totals.read());
        assertTrue(totals.duplicate() > 150 && totals.malformed() > 50, totals.duplicate() + " " + totals.malformed());
        assertTrue(totals.late() > 50, "late duplicates: " + totals.late());
        assertTrue(totals.grand().get("implausible_clocks") > 50, totals.grand().toString());
        List<String> arguments = new ArrayList<>(List.of("--ledger", ledger(0).toString()));
        for (Grouping grouping : Grouping.values()) {
            arguments.addAll(List.of(
                    "--by",
                    "minute," + String.join(",", grouping.fields()),
                    "--compare",
                    report(grouping, 0).toString()));
        }
        Outcome outcome = recount(arguments.toArray(String[]::new));
        assertEquals(0, outcome.exitCode(), outcome.answer().toString());
        assertEquals(COUNT, outcome.answer().get("read").longValue());
    }

    @Test
    void bothReadOddRecordsAlike() throws Exception {
        Path file = folder.resolve("odd.jsonl");
        for (Stream<String> texts : List.of(StrictReaderTest.good(), StrictReaderTest.malformed())) {
            List<GeneratedRecord> records = texts.map(text ->
                            new GeneratedRecord("tuning-events", "box-1", text.getBytes(StandardCharsets.UTF_8)))
                    .toList();
            SendFile.write(file, records.iterator());
            FactLog log = Generated.log();
            for (int i = 0; i < records.size(); i++) {
                log.append(
                        "tuning-events",
                        0,
                        i,
                        Generated.appendMs(0),
                        records.get(i).value());
            }
            Totals java = log.upTo(Map.of("tuning-events-0", (long) records.size()));
            JsonNode python = run(file, "--sent", Generated.START.toString()).answer();
            assertEquals(java.malformed(), python.get("quarantined").longValue());
            assertEquals(java.duplicate(), python.get("duplicate").longValue());
            assertTrue(java.malformed() == 0 || java.accepted() + java.duplicate() == 0, "all good or all malformed");
        }
    }

    @Test
    void whenTheFileWasSentDecidesWhichClocksAreWrong() throws Exception {
        Path file = folder.resolve("one.jsonl");
        Files.writeString(file, """
                {"topic":"tuning-events","key":"b","value":{"schema_version":1,"event_id":"1","event_type":"tune_in",\
                "event_time":"2026-11-22T10:15:30Z","device_id":"b","channel_id":"news","region":"north","device_model":"m"}}
                """);
        assertEquals(
                "[{\"minute\":\"2026-11-22T10:15:00Z\",\"implausible_clocks\":0}]",
                clocks(run(file, "--by", "minute", "--sent", "2026-12-27T10:15:30Z")));
        assertEquals(
                "[{\"minute\":\"2026-12-27T10:16:00Z\",\"implausible_clocks\":1}]",
                clocks(run(file, "--by", "minute", "--sent", "2026-12-27T10:16:01Z")));
        assertEquals(
                "[{\"minute\":\"2026-11-21T09:15:00Z\",\"implausible_clocks\":1}]",
                clocks(run(file, "--by", "minute", "--sent", "2026-11-21T09:15:29Z")));
    }

    private static String clocks(Outcome outcome) {
        ArrayNode rows = (ArrayNode) outcome.answer().get("rows");
        rows.forEach(row -> ((ObjectNode) row).retain("minute", "implausible_clocks"));
        return rows.toString();
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
        JsonNode report = Reports.of(totals, grouping.fields(), Interval.MINUTE, Long.MIN_VALUE, 1, Map.of());
        ObjectNode first = (ObjectNode) ((ArrayNode) report.get("rows")).get(0);
        first.put("starts", first.get("starts").longValue() + extra);
        Path file = folder.resolve(grouping + ".json");
        return Files.writeString(file, report.toString());
    }

    private record Outcome(int exitCode, JsonNode answer) {}

    private static Outcome recount(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "--horizon", Double.toString(HORIZON.toMillis() / 1e3), "--night", Integer.toString(SEEN_BY_NIGHT)));
        all.addAll(List.of(arguments));
        return run(folder.resolve("records.jsonl"), all.toArray(String[]::new));
    }

    private static Outcome run(Path file, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "python3", Path.of(System.getProperty("basedir"), "recount.py").toString(), file.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode answer = MAPPER.readTree(process.getInputStream().readAllBytes());
        return new Outcome(process.waitFor(), answer);
    }
}
