package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description =
                "Queries the merged view of history and the present. The answer states the position in the log that it covers.",
        footer = {
            "",
            "Examples:",
            "  ./dsx report --by aggregator_id --measures requests,fills,fill_rate,revenue_micros",
            "  ./dsx report --by aggregator_id,channel_id --measures impressions,ecpm_micros --where channel_id=news --json",
            "  ./dsx report --by minute --measures requests,latency_p99 --from 2026-11-22T10:00:00Z --view live --csv"
        })
final class ReportCommand implements Callable<Integer> {
    enum View {
        MERGED,
        BATCH,
        LIVE
    }

    static final class Form {
        @Option(names = "--json", description = "Print the answer as it came, JSON.")
        private boolean json;

        @Option(names = "--csv", description = "Print the rows as CSV.")
        private boolean csv;
    }

    @Mixin
    private HomeOptions homes;

    @Option(
            names = "--by",
            paramLabel = "DIMS",
            split = ",",
            description =
                    "Dimensions, separated by commas; also minute, hour or day, as far back as these are kept (reports.minutes, reports.hours).")
    private List<String> by = new ArrayList<>();

    @Option(
            names = "--measures",
            paramLabel = "M",
            split = ",",
            description = "Measures, separated by commas (default: the most asked for).")
    private List<String> measures = new ArrayList<>();

    @Option(names = "--from", paramLabel = "TIME", description = "Only events from this time on, ISO-8601.")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Only events before this time, ISO-8601.")
    private String to;

    @Option(
            names = "--where",
            paramLabel = "DIM=VALUE",
            description = "Only this value of a dimension; may be repeated.")
    private List<String> where = new ArrayList<>();

    @Option(
            names = "--view",
            defaultValue = "merged",
            description = "merged, batch or live (default: ${DEFAULT-VALUE}).")
    private View view;

    @Option(
            names = "--order",
            paramLabel = "COL",
            split = ",",
            description = "Columns to sort by; -COL descending: --order=-requests")
    private List<String> order = new ArrayList<>();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many rows.")
    private Integer limit;

    @ArgGroup
    private Form form = new Form();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String answer = homes.serving().text("/v1/reports", parameters());
        if (form.json) {
            out.println(answer);
            return ExitCode.OK.code();
        }
        JsonNode tree = ServingClient.parse(answer);
        TextTable table = TextTable.of(tree.path("rows"));
        if (form.csv) {
            out.print(table.csv());
        } else {
            out.print(table.render());
            out.println("position: ingest batch " + tree.at("/position/ingest_batch"));
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private List<Map.Entry<String, String>> parameters() {
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        parameters.add(Map.entry("view", view.name().toLowerCase(Locale.ROOT)));
        if (!by.isEmpty()) {
            parameters.add(Map.entry("by", String.join(",", by)));
        }
        if (!measures.isEmpty()) {
            parameters.add(Map.entry("measures", String.join(",", measures)));
        }
        if (from != null) {
            parameters.add(Map.entry("from", from));
        }
        if (to != null) {
            parameters.add(Map.entry("to", to));
        }
        where.forEach(condition -> parameters.add(Map.entry("where", condition)));
        if (!order.isEmpty()) {
            parameters.add(Map.entry("order", String.join(",", order)));
        }
        if (limit != null) {
            parameters.add(Map.entry("limit", limit.toString()));
        }
        return parameters;
    }
}
