package io.datastreamx.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.testing.Repository;
import io.datastreamx.verification.GenerateRecordsMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An operator's day with nothing but {@code ./dsx}: after each step its reports are exactly what a separate Python
 * script counts from the files sent.
 */
class OperatorTest {
    private static final List<String> ROLLUPS = List.of(
            "aggregator_id,channel_id",
            "aggregator_id,region,device_model",
            "aggregator_id,ad_id",
            "previous_channel_id,channel_id");
    private static final int KILLS = 3;

    @TempDir
    Path folder;

    private Command dsx;

    @Test
    void reportsEqualTheFilesThroughKillsAndANight() throws Exception {
        Path sent = Files.createFile(folder.resolve("sent.jsonl"));
        Path first = records("first.jsonl", 20_000, 5);
        dsx = new Command(folder.resolve("home"));
        dsx.run("up");

        Command.Running sending = dsx.start("send", first.toString());
        for (int i = 0; i < KILLS; i++) {
            killIngest();
        }
        sending.output();
        append(first, sent);
        assertEqualsRecount(sent, "after " + KILLS + " kills");

        dsx.run("batch");
        assertTrue(dsx.json("status").at("/serving/cut").asLong(-1) >= 0, "a night is in force");
        assertEqualsRecount(sent, "after the night");

        Path second = records("second.jsonl", 5_000, 6);
        dsx.run("send", second.toString());
        append(second, sent);
        assertEqualsRecount(sent, "with more after the night's cut");
    }

    @AfterEach
    void down() throws Exception {
        if (dsx != null) {
            dsx.run("down");
        }
    }

    /** Topics that no process of the stack answers, so that what is counted is what was sent. */
    private Path records(String name, int count, long seed) throws Exception {
        Path file = folder.resolve(name);
        GenerateRecordsMain.generate(new String[] {
            "--file", file.toString(),
            "--count", Integer.toString(count),
            "--seed", Long.toString(seed),
            "--topics", "tuning-events,ad-events,ad-deliveries"
        });
        return file;
    }

    private void killIngest() throws Exception {
        long before = ingestPid();
        assertTrue(ProcessHandle.of(before).orElseThrow().destroyForcibly());
        Polling.until(Duration.ofMinutes(2), () -> ingestPid() != before);
    }

    private long ingestPid() throws Exception {
        return dsx.json("status").at("/processes/ingest/pid").asLong();
    }

    private void assertEqualsRecount(Path sent, String when) throws Exception {
        long lines;
        try (var all = Files.lines(sent)) {
            lines = all.count();
        }
        // Asked through dsx four times a second, the questions would keep the machine busier than the answers.
        String http = dsx.json("status").path("http").asText();
        Polling.until(
                Duration.ofMinutes(4),
                () -> Polling.json(http + "/api/ledger").path("read").asLong() == lines
                        && Polling.json(http + "/api/status")
                                        .path("lag_records")
                                        .asLong(1)
                                == 0);
        Path ledger = written("ledger.json", dsx.json("ledger"));
        for (String dimensions : ROLLUPS) {
            JsonNode report = dsx.json("report", "--by", dimensions, "--limit", "100000");
            String answer = Command.start(List.of(
                            "python3",
                            Repository.root().resolve("verification/recount.py").toString(),
                            sent.toString(),
                            "--by",
                            dimensions,
                            "--compare",
                            written("report.json", report).toString(),
                            "--ledger",
                            ledger.toString()))
                    .output();
            assertTrue(answer.contains("\"equal\": true"), () -> when + ", by " + dimensions + ": " + answer);
            assertTrue(report.path("rows").size() > 1, () -> when + ", by " + dimensions + ": " + report);
        }
        assertEquals(lines, dsx.json("ledger").path("read").asLong(), when);
    }

    private Path written(String name, JsonNode json) throws Exception {
        return Files.writeString(folder.resolve(name), json.toString());
    }

    private static void append(Path from, Path to) throws Exception {
        Files.write(to, Files.readAllBytes(from), StandardOpenOption.APPEND);
    }
}
