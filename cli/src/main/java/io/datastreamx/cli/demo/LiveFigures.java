package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.verification.LatencyProbe;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One line of what the running system does now: rates and latencies from the log, the rest from serving's own answers.
 */
final class LiveFigures {
    private static final List<Map.Entry<String, String>> MEASURES =
            List.of(Map.entry("measures", "fill_rate,revenue_micros"));
    private static final long WINDOW_MS = 10_000;
    /** A request this young may not have been decided yet. */
    private static final long SETTLED_MS = 1_000;

    private final ServingClient serving;
    private final LatencyProbe latency;
    private final Clock clock;
    private final List<Long> freshness = new ArrayList<>();

    LiveFigures(ServingClient serving, LatencyProbe latency, Clock clock) {
        this.serving = serving;
        this.latency = latency;
        this.clock = clock;
    }

    /** How old the newest counted record was, over all lines so far, by nearest rank; 0 before the first. */
    long freshnessMs(int percent) {
        List<Long> sorted = freshness.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
    }

    /** @param more what else to say, at the end of the line */
    String line(String more) {
        JsonNode row = serving.json("/v1/reports", MEASURES).path("rows").path(0);
        JsonNode status = serving.status();
        if (status.path("freshness_ms").isNumber()) {
            freshness.add(status.path("freshness_ms").asLong());
        }
        long to = clock.millis() - SETTLED_MS;
        LatencyProbe.Summary recent = latency.summary(to - WINDOW_MS, to);
        double seconds = WINDOW_MS / 1e3;
        return String.format(
                Locale.ROOT,
                "%.0f requests/s | %.0f decisions/s | p50 %d ms, p99 %d ms | fill %.0f %% | revenue %.2f | %.1f s fresh | %s",
                recent.requests() / seconds,
                (recent.routed() + recent.expired() + recent.noCandidate()) / seconds,
                recent.p50(),
                recent.p99(),
                100 * row.path("fill_rate").asDouble(),
                row.path("revenue_micros").asDouble() / 1e6,
                status.path("freshness_ms").asDouble() / 1e3,
                more);
    }
}
