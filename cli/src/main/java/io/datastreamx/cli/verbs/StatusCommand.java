package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.StackStatus;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Says where the stack is, how far it is, and which processes it has. Exit code 1 if nothing runs.",
        footer = {"", "Examples:", "  ./dsx status", "  ./dsx status --json | jq .ingest.lag_records"})
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private HomeOptions homes;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        ObjectNode status = StackStatus.of(homes.home(), homes.running());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(status);
            return ExitCode.OK.code();
        }
        out.println("kafka    " + status.get("kafka").asText());
        out.println("page     " + status.get("http").asText());
        out.println("ingest   batch " + status.at("/ingest/batch") + ", " + status.at("/ingest/lag_records")
                + " records behind");
        out.println("serving  version " + status.at("/serving/version").asText("none") + ", cut "
                + status.at("/serving/cut"));
        TextTable table = new TextTable(List.of("process", "pid", "state", "restarts"));
        status.get("processes")
                .fields()
                .forEachRemaining(process -> table.add(List.of(
                        process.getKey(),
                        process.getValue().get("pid").asLong(),
                        !process.getValue().get("alive").asBoolean()
                                ? "dead"
                                : process.getValue().get("ready").asBoolean() ? "ready" : "starting",
                        process.getValue().get("restarts").asLong())));
        out.print(table.render());
        status.get("processes")
                .fields()
                .forEachRemaining(process ->
                        printRefusals(out, process.getKey(), process.getValue().path("policy")));
        out.flush();
        return ExitCode.OK.code();
    }

    private static void printRefusals(PrintWriter out, String process, JsonNode policy) {
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
