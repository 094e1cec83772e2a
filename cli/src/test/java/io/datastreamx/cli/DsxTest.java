package io.datastreamx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.cli.stack.ServingClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DsxTest {
    @TempDir
    Path home;

    private record Outcome(int code, String out, String err) {}

    private static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine dsx = Dsx.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = dsx.execute(args);
        return new Outcome(code, out.toString(), err.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "nonsense --help",
                "model nonsense --help",
                "dead-letters --limit 5 replay",
                "model --home elsewhere list",
                "demo --boxes 0",
                "demo --duration tomorrow",
                "demo --night-every 0s",
                "up --kafka-port many",
                "send",
                "report --view sideways",
                "report --json --csv",
                "ledger --last 0",
                "batch --step rebuild",
                "batch --rollback --until 7",
                "model",
                "model show",
                "policy",
                "policy disable",
                "policy set",
                "policy log --last 0",
                "dead-letters --reason bad_luck",
                "test --slow"
            })
    void wrongUseIsExitCode2AndShowsTheWay(String line) {
        Outcome outcome = run(line.isEmpty() ? new String[0] : line.split(" "));
        assertEquals(2, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("Usage: dsx") || outcome.err().contains("Did you mean"), outcome.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead-letters --home %s replay --dry-run", "dead-letters replay --dry-run --home %s"})
    void anOptionCountsBeforeAVerbAsItDoesBehindIt(String line) {
        Outcome outcome = run(line.formatted(home).split(" "));
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().contains(home.toString()), outcome.err());
    }

    @Test
    void whatAVerbHandsOnIsNotRefused() {
        Outcome outcome = run("simulate", "--history", "past.jsonl", "--help");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("./dsx simulate"), outcome.out());
    }

    @Test
    void everyVerbHasHelpWithExamples() {
        List<CommandLine> verbs = Dsx.commandLine().getSubcommands().values().stream()
                .filter(verb -> !verb.getCommandSpec().usageMessage().hidden())
                .toList();
        assertEquals(
                Set.of(
                        "demo up down status send batch report ledger explain dead-letters policy model simulate submit test doctor bench recover edge token ml"
                                .split(" ")),
                verbs.stream().map(CommandLine::getCommandName).collect(Collectors.toSet()));
        for (CommandLine verb : verbs) {
            Outcome outcome = run(verb.getCommandName(), "--help");
            assertEquals(0, outcome.code());
            assertTrue(outcome.out().contains("./dsx " + verb.getCommandName()), outcome.out());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "send x.jsonl",
                "report",
                "ledger",
                "batch",
                "model promote m1",
                "policy kill",
                "policy show",
                "policy log",
                "dead-letters replay"
            })
    void withoutAStackTheAnswerSaysHowToStartOneAndIsExitCode1(String line) {
        Outcome outcome = run((line + " --home " + home).split(" "));
        assertEquals(1, outcome.code());
        assertTrue(outcome.err().contains("dsx up"), outcome.err());
    }

    @Test
    void downIsASuccessWhenNothingRuns() {
        assertEquals(0, run("down", "--home", home.toString()).code());
        assertEquals(0, run("down", "--home", home.toString()).code());
    }

    @Test
    void doctorLooksAtEverything() {
        Outcome outcome = run("doctor", "--json", "--home", home.toString());
        List<String> checks = ServingClient.parse(outcome.out()).findValuesAsText("check");
        assertTrue(
                checks.containsAll(List.of(
                        "java",
                        "maven",
                        "memory",
                        "disk",
                        "cores",
                        "chromium",
                        "python",
                        "open files",
                        "ports",
                        "home")),
                outcome.out());
    }
}
