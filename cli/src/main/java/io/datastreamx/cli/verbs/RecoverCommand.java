package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Recovery;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description = {
            "Says what is damaged in a home and mends it: the state of the stack, checkpoints of ingest and routers, a broker's folder that was lost.",
            "Nothing is deleted: what is damaged is set aside under another name, and nothing that was counted is lost. Refuses while the stack runs. Doing it twice is safe; dsx up works after it."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx down && ./dsx recover && ./dsx up",
            "  ./dsx recover --json | jq '.findings[]'"
        })
final class RecoverCommand implements Callable<Integer> {
    @Mixin
    private HomeOptions homes;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        List<Recovery.Finding> findings = new Recovery(homes.home(), Instant.now(), err::println).run();
        if (json) {
            ObjectNode answer = ServingClient.JSON.createObjectNode();
            answer.put("home", homes.home().dir().toString());
            answer.set("findings", ServingClient.JSON.valueToTree(findings));
            out.println(answer);
        } else if (findings.isEmpty()) {
            out.println("nothing is damaged in " + homes.home().dir());
        } else {
            findings.forEach(found -> out.println(found.what() + "\n  " + found.problem() + "\n  " + found.done()));
        }
        out.flush();
        return ExitCode.OK.code();
    }
}
