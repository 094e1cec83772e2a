package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.Printable;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description =
                "Shows what happened to one ad request and why: who could have been asked and at what odds, who was asked and what came of it, the ad, how it was watched and what it earned. Without an id: the latest requests. As far as your role sees it.",
        footer = {
            "",
            "Examples:",
            "  ./dsx explain --last 5",
            "  ./dsx explain 3f0c51d2",
            "  ./dsx explain 3f0c51d2 --day 2026-11-22",
            "  ./dsx explain 3f0c51d2 --json"
        })
final class ExplainCommand implements Callable<Integer> {
    private static final List<String> OF_DECISION =
            List.of("propensity", "explore", "chain_value_micros", "model_version", "policy_version", "snapshot_id");

    private static final int LATEST = 20;

    @Mixin
    private HomeOptions homes;

    @Parameters(paramLabel = "REQUEST_ID", arity = "0..1", description = "Id of the ad request.")
    private String requestId;

    @Option(names = "--last", paramLabel = "N", description = "So many of the latest requests (default: 20).")
    private Integer last;

    @Option(
            names = "--day",
            paramLabel = "DAY",
            description = "The day (UTC) of the request, such as 2026-11-22 (default: the two latest of the log).")
    private String day;

    @Option(names = "--json", description = "Print the answer as it came, JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (requestId != null && last != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "one request by its id, or --last so many: not both");
        }
        List<Map.Entry<String, String>> parameters = new ArrayList<>(List.of(
                requestId != null
                        ? Map.entry("request_id", requestId)
                        : Map.entry("last", Integer.toString(last == null ? LATEST : last))));
        if (day != null) {
            parameters.add(Map.entry("day", day));
        }
        String answer = homes.serving().text("/v1/opportunities", parameters);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(answer);
        } else if (requestId == null) {
            out.print(TextTable.of(ServingClient.parse(answer).path("rows")).render());
        } else {
            print(out, ServingClient.parse(answer));
        }
        out.flush();
        return ExitCode.OK.code();
    }

    static void print(PrintWriter out, JsonNode told) {
        say(
                out,
                "request    " + told.path("request_id").asText() + ": "
                        + told.path("outcome").asText().replace('_', ' ')
                        + (told.has("revenue_micros")
                                ? ", revenue " + told.path("revenue_micros") + " micro-units"
                                : ""));
        line(out, "context", told.path("context"));
        JsonNode request = told.path("request");
        if (!request.isMissingNode()) {
            say(
                    out,
                    "asked      " + time(request) + ", logged "
                            + request.path("append_time").asText()
                            + fields(request, List.of("tmax_ms", "bid_floor_micros", "pod_id", "slot_in_pod")));
        }
        JsonNode decision = told.path("decision");
        if (!decision.isMissingNode()) {
            say(
                    out,
                    "decided    " + time(decision) + ": "
                            + decision.path("status").asText().replace('_', ' ')
                            + (decision.has("aggregator_id")
                                    ? " to " + decision.path("aggregator_id").asText()
                                    : "") + fields(decision, OF_DECISION));
            table(out, "candidates", decision.path("ranked"));
            table(out, "order", decision.path("order"));
            table(out, "left out", decision.path("excluded"));
        }
        table(out, "attempts", told.path("attempts"));
        JsonNode delivery = told.path("delivery");
        if (!delivery.isMissingNode()) {
            say(out, "delivered  " + time(delivery) + fields(delivery, List.of("aggregator_id", "ad_id", "media_url")));
        }
        table(out, "playback", told.path("playback"));
        if (told.path("repeats").asLong() > 0) {
            say(
                    out,
                    "repeats    " + told.path("repeats")
                            + " records say again what another one said; they do not count");
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println(Printable.of(line));
    }

    private static String time(JsonNode event) {
        return event.path("event_time").asText();
    }

    private static void line(PrintWriter out, String name, JsonNode fields) {
        StringBuilder text = new StringBuilder();
        fields.fields().forEachRemaining(field -> text.append(text.isEmpty() ? "" : ", ")
                .append(field.getKey())
                .append(' ')
                .append(field.getValue().isNull() ? "none" : field.getValue().asText()));
        say(out, "%-10s ".formatted(name) + text);
    }

    private static String fields(JsonNode event, List<String> names) {
        StringBuilder text = new StringBuilder();
        names.stream().filter(event::hasNonNull).forEach(name -> text.append(", ")
                .append(name)
                .append(' ')
                .append(event.get(name).asText()));
        return text.toString();
    }

    private static void table(PrintWriter out, String title, JsonNode rows) {
        if (rows.isEmpty()) {
            return;
        }
        ArrayNode shown = ServingClient.JSON.createArrayNode();
        rows.forEach(row -> shown.add(((ObjectNode) row).without(List.of("append_time", "logged"))));
        out.println(title);
        TextTable.of(shown).render().lines().forEach(line -> say(out, "  " + line));
    }
}
