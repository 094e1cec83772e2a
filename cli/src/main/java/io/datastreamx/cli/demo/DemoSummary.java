package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.cli.stack.Stack;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Models;
import io.datastreamx.verification.LatencyProbe;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a demo has shown, taken while the stack still answers. */
record DemoSummary(
        ServingClient serving,
        LiveFigures figures,
        LatencyProbe latency,
        PolicyValue value,
        MergedSamples samples,
        NightSchedule nights,
        Stack stack) {
    private static final List<Map.Entry<String, String>> COUNTS = List.of(
            Map.entry("measures", "requests,decisions,expired,no_candidates,responses,fills,completes,revenue_micros"));

    /** @param started models promoted since then count */
    ObjectNode json(Instant started) {
        JsonNode counts = serving.json("/v1/reports", COUNTS).path("rows").path(0);
        JsonNode ledger = serving.json("/v1/ledger", List.of());
        LatencyProbe.Summary took = latency.summary();
        PolicyValue.Revenue revenue = value.revenue();
        ObjectNode json = ServingClient.JSON.createObjectNode();
        json.put("requests", counts.path("requests").asLong());
        json.putObject("decisions")
                .put("routed", counts.path("decisions").asLong())
                .put("expired", counts.path("expired").asLong())
                .put("no_candidate", counts.path("no_candidates").asLong());
        json.putObject("decision_latency_ms")
                .put("p50", took.p50())
                .put("p95", took.p95())
                .put("p99", took.p99())
                .put("max", took.max());
        ObjectNode account = json.putObject("ledger");
        for (String name : List.of("read", "accepted", "duplicate", "quarantined")) {
            account.put(name, ledger.path(name).asLong());
        }
        json.put("nights", nights.completed());
        json.put("models_promoted", promotions(started));
        json.putObject("revenue_per_1000_micros")
                .put("policy", Math.round(revenue.policy()))
                .put("uniform", Math.round(revenue.uniform()))
                .put("oracle", Math.round(revenue.oracle()))
                .put("requests", revenue.requests());
        json.put("merged_equals_recount", samples.allExact());
        json.put("samples_checked", samples.taken()).put("numbers_compared", samples.compared());
        json.putObject("freshness_ms").put("p50", figures.freshnessMs(50)).put("max", figures.freshnessMs(100));
        json.put("responses", counts.path("responses").asLong())
                .put("fills", counts.path("fills").asLong());
        json.put("completes", counts.path("completes").asLong())
                .put("revenue_micros", counts.path("revenue_micros").asLong());
        json.put("nights_failed", nights.failed()).put("restarts", stack.restarts());
        json.put("ok", samples.taken() > 0 && samples.allExact() && nights.failed() == 0 && stack.restarts() == 0);
        return json;
    }

    private long promotions(Instant started) {
        return Lake.of(stack.settings()).models().read().acts().stream()
                .filter(act ->
                        act.action() == Models.Action.PROMOTED && act.at().isAfter(started))
                .count();
    }

    static String readable(JsonNode s) {
        return String.format(
                Locale.ROOT,
                """

                requests           %d: %d routed, %d expired, %d without a candidate
                decision latency   p50 %d ms, p95 %d ms, p99 %d ms, max %d ms (append time of request to append time of decision)
                ledger             %d read = %d accepted + %d duplicate + %d quarantined
                nights             %d, models promoted %d
                revenue            %s
                merged = recount   %s, over %d samples
                processes          %d restarts, %d failed nights
                """,
                s.path("requests").asLong(),
                s.at("/decisions/routed").asLong(),
                s.at("/decisions/expired").asLong(),
                s.at("/decisions/no_candidate").asLong(),
                s.at("/decision_latency_ms/p50").asLong(),
                s.at("/decision_latency_ms/p95").asLong(),
                s.at("/decision_latency_ms/p99").asLong(),
                s.at("/decision_latency_ms/max").asLong(),
                s.at("/ledger/read").asLong(),
                s.at("/ledger/accepted").asLong(),
                s.at("/ledger/duplicate").asLong(),
                s.at("/ledger/quarantined").asLong(),
                s.path("nights").asLong(),
                s.path("models_promoted").asLong(),
                revenue(s.path("revenue_per_1000_micros")),
                s.path("merged_equals_recount").asBoolean() ? "yes" : "NO",
                s.path("samples_checked").asLong(),
                s.path("restarts").asLong(),
                s.path("nights_failed").asLong());
    }

    private static String revenue(JsonNode perThousand) {
        if (perThousand.path("requests").asLong() == 0) {
            return "all of a fair draw: no night brought a model into force";
        }
        double policy = perThousand.path("policy").asDouble();
        return String.format(
                Locale.ROOT,
                "%.3f per thousand requests expected under the simulator's truth since the first model:%n"
                        + "                   %+.0f %% against a fair draw, %.0f %% of the best possible",
                policy / 1e6,
                100 * (policy / Math.max(1, perThousand.path("uniform").asDouble()) - 1),
                100 * policy / Math.max(1, perThousand.path("oracle").asDouble()));
    }
}
