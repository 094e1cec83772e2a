package io.datastreamx.speed.edge;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Made-up boxes that send to this very edge before it says that it is ready, so that its code is compiled by then. Each
 * batch is good but for its last record, so that it is read, signed for, judged and refused, and nothing is published.
 */
final class WarmUp {
    private static final int AT_ONCE = 8;
    private static final int GOOD_RECORDS = 4;
    /** On a machine that has no time for it, whoever waits for the edge waits no longer. */
    private static final long AT_MOST_NS = 5_000_000_000L;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Context CONTEXT = new Context("made-up", null, null, "made-up", "made-up");

    private final URI events;
    private final Function<String, String> tokens;
    private final EventWriter writer;

    /** @param tokens signs for a device */
    WarmUp(String edge, Function<String, String> tokens, String currency) {
        this.events = URI.create(edge + EdgePath.EVENTS.path());
        this.tokens = tokens;
        this.writer = new EventWriter(currency);
    }

    /** @param requests how many at most, for five seconds. @return how many were refused as they should */
    int run(int requests) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
        int refused = 0;
        long began = System.nanoTime();
        for (int sent = 0; sent < requests && System.nanoTime() - began < AT_MOST_NS; sent += AT_ONCE) {
            List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
            for (int i = sent; i < Math.min(requests, sent + AT_ONCE); i++) {
                answers.add(http.sendAsync(request("made-up-" + i), HttpResponse.BodyHandlers.discarding()));
            }
            for (CompletableFuture<HttpResponse<Void>> answer : answers) {
                refused += answer.join().statusCode() == 400 ? 1 : 0;
            }
        }
        return refused;
    }

    private HttpRequest request(String device) {
        Instant now = Instant.now();
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < GOOD_RECORDS; i++) {
            EventDraft heartbeat = EventDraft.of(EventType.HEARTBEAT, device + "-" + i, now, device)
                    .with(CONTEXT)
                    .with("duration_s", 60L);
            batch.append(new String(writer.write(heartbeat), StandardCharsets.UTF_8))
                    .append('\n');
        }
        batch.append("{}\n");
        return HttpRequest.newBuilder(events)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + tokens.apply(device))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(batch.toString()))
                .build();
    }
}
