package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.process.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Is this machine ready, and what to install or change if not. Exit code 1 if something needed is missing.",
        footer = {"", "Examples:", "  ./dsx doctor", "  ./dsx doctor --json"})
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private HomeOptions homes;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Checkup.Finding> findings = new Checkup(homes.home()).findings();
        boolean ready = findings.stream().allMatch(f -> f.verdict() != Checkup.Verdict.MISSING);
        var out = spec.commandLine().getOut();
        if (json) {
            ObjectNode answer = ServingClient.JSON.createObjectNode().put("ready", ready);
            var checks = answer.putArray("checks");
            findings.forEach(f -> checks.addObject()
                    .put("check", f.check())
                    .put("verdict", f.verdict().word())
                    .put("found", f.found())
                    .put("advice", f.advice()));
            out.println(answer);
        } else {
            TextTable table = new TextTable(List.of("check", "verdict", "found"));
            findings.forEach(f -> table.add(List.of(f.check(), f.verdict().word(), f.found())));
            out.print(table.render());
            findings.stream()
                    .filter(f -> !f.advice().isEmpty())
                    .forEach(f -> out.println(f.check() + ": " + f.advice()));
            out.println(ready ? "ready" : "not ready");
        }
        out.flush();
        return ready ? ExitCode.OK.code() : ExitCode.FAILED.code();
    }
}
