package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.config.Settings;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import io.datastreamx.verification.LatencyProbe;
import io.datastreamx.verification.MergedCheck;
import io.datastreamx.verification.Recount;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The independent recount of a day, as a program of its own that reads the whole log. Arguments: Kafka's address and
 * serving's. It answers each line of its input with a line of JSON: {@code sample} with whether all merged answers
 * equal the recount now, {@code decisions FROM TO} with how requests appended between these times, epoch milliseconds,
 * were decided. It ends with its input.
 */
public final class DayJudge {
    /** It reads with less claim to the processor than what it judges, and is late where that is short. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private DayJudge() {}

    public static void main(String[] args) {
        Application.run("recount", application -> {
            Settings settings = Settings.load();
            try (Recount recount = Recount.start(
                    args[0], settings.currency(), settings.ingest().duplicateHorizon(), PATIENCE)) {
                application.ready("recount");
                answer(new MergedCheck(URI.create(args[1]), recount::upTo), recount.latency());
            }
            return ExitCode.OK;
        });
    }

    private static void answer(MergedCheck check, LatencyProbe latency) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order; (order = orders.readLine()) != null; ) {
            String[] words = order.split(" ");
            System.out.println(
                    words[0].equals("sample")
                            ? sample(check)
                            : decisions(latency.summary(Long.parseLong(words[1]), Long.parseLong(words[2]))));
        }
    }

    private static ObjectNode sample(MergedCheck check) {
        ObjectNode answer = Machine.JSON.createObjectNode();
        try {
            MergedCheck.Result result = check.check();
            answer.put("equal", result.equal())
                    .put("records", result.read())
                    .put("compared", result.compared())
                    .set("differences", Machine.JSON.valueToTree(result.differences()));
        } catch (IllegalStateException e) {
            answer.put("equal", false).putArray("differences").add("no sample could be taken: " + e.getMessage());
        }
        return answer;
    }

    private static ObjectNode decisions(LatencyProbe.Summary summary) {
        return Machine.JSON
                .createObjectNode()
                .put("requests", summary.requests())
                .put("routed", summary.routed())
                .put("expired", summary.expired())
                .put("no_candidate", summary.noCandidate())
                .put("p50_ms", summary.p50())
                .put("p95_ms", summary.p95())
                .put("p99_ms", summary.p99())
                .put("max_ms", summary.max());
    }
}
