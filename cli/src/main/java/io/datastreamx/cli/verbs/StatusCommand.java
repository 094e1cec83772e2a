package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.cli.stack.StackStatus;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Says where the stack is, how far it is, which processes it has, and what is wrong with it.",
            "A process that restarts in a loop is failing; a notice is what happened since the start that you should know. Exit code 1 if nothing runs or something is wrong."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx status",
            "  ./dsx status --json | jq .ingest.lag_records",
            "  ./dsx status --json | jq -r '.problems[]'"
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private HomeOptions homes;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        StackState state = homes.running();
        ObjectNode status = StackStatus.of(homes.home(), state, homes.serving(state), Instant.now());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(status);
        } else {
            print(status, out);
        }
        out.flush();
        return (status.get("problems").isEmpty() ? ExitCode.OK : ExitCode.FAILED).code();
    }

    private static void print(ObjectNode status, PrintWriter out) {
        out.println("kafka    " + status.get("kafka").asText());
        out.println("page     " + status.get("http").asText());
        out.println("edge     " + status.get("edge").asText());
        out.println("ingest   batch " + known(status.at("/ingest/batch")) + ", "
                + known(status.at("/ingest/lag_records")) + " records behind");
        LostRecords.print(out, status.at("/ingest/lost_records").asLong(), status.at("/ingest/lost_ranges"));
        out.println("serving  version " + status.at("/serving/version").asText("none") + ", cut "
                + known(status.at("/serving/cut")));
        if (status.at("/serving/open").asBoolean()) {
            out.println(
                    "         open: whoever can reach the page from this machine sees everything (serving.access.identity)");
        }
        TextTable table = new TextTable(List.of("process", "pid", "state", "restarts"));
        for (Map.Entry<String, JsonNode> process : status.get("processes").properties()) {
            table.add(List.of(
                    process.getKey(),
                    process.getValue().get("pid").asLong(),
                    state(process.getValue()),
                    process.getValue().get("restarts").asLong()));
        }
        out.print(table.render());
        for (Map.Entry<String, JsonNode> process : status.get("processes").properties()) {
            printPolicy(out, process.getKey(), process.getValue().path("policy"));
        }
        status.get("problems").forEach(problem -> out.println("problem: " + problem.asText()));
        status.get("notices")
                .forEach(notice ->
                        out.println("notice (" + notice.path("process").asText() + ", "
                                + notice.path("at").asText() + "): "
                                + notice.path("text").asText()));
    }

    private static String state(JsonNode process) {
        if (process.get("failing").asBoolean()) {
            return "failing";
        }
        if (!process.get("alive").asBoolean()) {
            return "dead";
        }
        return process.get("ready").asBoolean() ? "ready" : "starting";
    }

    private static String known(JsonNode figure) {
        return figure.isMissingNode() ? "unknown" : figure.toString();
    }

    private static void printPolicy(PrintWriter out, String process, JsonNode policy) {
        if (policy.path("kill_switch").asBoolean()) {
            out.println(process + " has the kill switch on, by policy "
                    + policy.path("policy_version").asText() + ": nothing is routed until dsx policy resume");
        }
        policy.path("refused")
                .forEach(refusal ->
                        out.println(process + " refuses " + refusal.path("what").asText() + " at offset "
                                + refusal.path("offset") + " of the policy topic ("
                                + refusal.path("kind").asText() + "): "
                                + refusal.path("reason").asText()));
        if (policy.has("trouble")) {
            out.println(process + " cannot read the policy topic: "
                    + policy.path("trouble").asText());
        }
    }
}
