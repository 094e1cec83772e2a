package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the account of the ingest batches: records read = accepted + duplicate + quarantined.",
            "reused_ids of the accepted had an id that their device had used shortly before with another time. absent offsets held no record (markers of transactions, aborted or compacted records); lost ones held records that were deleted before they were read."
        },
        footer = {"", "Examples:", "  ./dsx ledger --last 10", "  ./dsx ledger --json"})
final class LedgerCommand implements Callable<Integer> {
    @Mixin
    private HomeOptions homes;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many batches, the latest (default: ${DEFAULT-VALUE}).")
    private int last;

    @Option(names = "--json", description = "Print the answer as it came, JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (last < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--last must be at least 1, got " + last);
        }
        String answer = homes.serving().text("/v1/ledger", List.of(Map.entry("last", Integer.toString(last))));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(answer);
        } else {
            JsonNode tree = ServingClient.parse(answer);
            ArrayNode rows = ServingClient.JSON.createArrayNode();
            tree.path("last")
                    .forEach(batch -> rows.insert(0, ((ObjectNode) batch).without(List.of("offsets", "lost_ranges"))));
            out.print(TextTable.of(rows).render());
            out.println("in all " + tree.path("batches") + " batches: " + tree.path("read") + " read = "
                    + tree.path("accepted") + " accepted + " + tree.path("duplicate") + " duplicate + "
                    + tree.path("quarantined") + " quarantined; " + tree.path("reused_ids") + " reused ids, "
                    + tree.path("absent") + " offsets absent, " + tree.path("lost") + " lost");
            LostRecords.print(out, tree.path("lost").asLong(), tree.path("lost_ranges"));
        }
        out.flush();
        return ExitCode.OK.code();
    }
}
