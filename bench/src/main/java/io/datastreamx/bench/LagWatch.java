package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.kafka.KafkaClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks four times a second where the log ends and how far serving's answers reach, and says from that how old records
 * are when they are answered for and how much is still to come.
 */
final class LagWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A step of serving's is judged in so many parts. */
    private static final int PARTS = 10;

    /**
     * One look.
     *
     * @param end records in the log
     * @param requests ad requests among them
     * @param lagRecords those that serving does not answer for
     * @param lagMs age of the oldest of them
     */
    record Look(long atMs, long end, long requests, long lagRecords, double lagMs) {}

    /** Records that serving began to answer for at a time, with their age then. */
    private record Aged(long atMs, double ageMs, double records) {}

    private final URI status;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final KafkaClients kafka;
    private final Map<String, AppendTimes> appended = new HashMap<>();
    private final Map<String, Long> answered = new HashMap<>();
    private final List<Look> looks = new ArrayList<>();
    private final List<Aged> aged = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "lag-watch");
    private volatile boolean closed;
    private volatile String failure;

    LagWatch(String kafka, String http) {
        this.kafka = KafkaClients.plaintext(kafka, "lag");
        this.status = URI.create(http + "/v1/status");
    }

    LagWatch start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    synchronized Look last() {
        return looks.isEmpty() ? new Look(System.currentTimeMillis(), 0, 0, 0, 0) : looks.get(looks.size() - 1);
    }

    /** @throws IllegalStateException where it looks no more */
    void check() {
        if (failure != null) {
            throw new IllegalStateException("lag is not watched any more: " + failure);
        }
    }

    /** Those in {@code [fromMs, toMs)}. */
    synchronized List<Look> looks(long fromMs, long toMs) {
        return looks.stream()
                .filter(look -> look.atMs() >= fromMs && look.atMs() < toMs)
                .toList();
    }

    /** Freshness of the records that were first answered for in {@code [fromMs, toMs)}, and the lag at the looks. */
    synchronized ObjectNode figures(long fromMs, long toMs) {
        MillisHistogram freshness = new MillisHistogram();
        aged.stream()
                .filter(each -> each.atMs() >= fromMs && each.atMs() < toMs)
                .forEach(each -> freshness.add(each.ageMs(), each.records()));
        MillisHistogram lag = new MillisHistogram();
        List<Look> within = looks(fromMs, toMs);
        within.forEach(look -> lag.add(look.lagMs(), 1));
        long[] records = within.stream().mapToLong(Look::lagRecords).sorted().toArray();
        ObjectNode figures = Machine.JSON.createObjectNode();
        figures.set("freshness_ms", freshness.figures());
        figures.set("lag_ms", lag.figures());
        figures.putObject("lag_records")
                .put("p50", rank(records, 50))
                .put("p99", rank(records, 99))
                .put("max", rank(records, 100));
        if (within.size() > 1) {
            Look first = within.get(0);
            Look last = within.get(within.size() - 1);
            double seconds = (last.atMs() - first.atMs()) / 1e3;
            figures.put("records_per_second", Math.round((last.end() - first.end()) / seconds));
            figures.put("requests_per_second", Math.round((last.requests() - first.requests()) / seconds));
        }
        return figures;
    }

    private static long rank(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }

    private void watch() {
        try (LogEnds ends = new LogEnds(kafka)) {
            while (!closed) {
                long began = System.nanoTime();
                look(ends);
                long left = EVERY.toMillis() - (System.nanoTime() - began) / 1_000_000;
                Thread.sleep(Math.max(1, left));
            }
        } catch (InterruptedException e) {
            // close() asked for it.
        } catch (IOException | RuntimeException e) {
            failure = closed ? null : e.toString();
        }
    }

    private void look(LogEnds log) throws IOException, InterruptedException {
        Map<String, Long> ends = log.now();
        long seenMs = System.currentTimeMillis();
        JsonNode offsets = offsets();
        long nowMs = System.currentTimeMillis();
        synchronized (this) {
            ends.forEach((partition, end) ->
                    appended.computeIfAbsent(partition, p -> new AppendTimes()).seen(seenMs, end));
            long lag = 0;
            double oldest = seenMs;
            for (Map.Entry<String, Long> each : ends.entrySet()) {
                String partition = each.getKey();
                long end = each.getValue();
                // Batches may have taken in more since the log was looked at.
                long now = Math.min(end, offsets.path(partition).asLong(0));
                AppendTimes times = appended.get(partition);
                age(times, answered.getOrDefault(partition, looks.isEmpty() ? now : 0L), now, nowMs);
                answered.put(partition, now);
                times.forgetBefore(now);
                lag += end - now;
                if (now < end) {
                    oldest = Math.min(oldest, times.of(now));
                }
            }
            looks.add(new Look(seenMs, LogEnds.total(ends), requests(ends), lag, seenMs - oldest));
        }
    }

    private void age(AppendTimes times, long from, long to, long nowMs) {
        long parts = Math.min(PARTS, to - from);
        for (int part = 0; part < parts; part++) {
            double offset = from + (to - from) * (part + 0.5) / parts;
            aged.add(new Aged(nowMs, Math.max(0, nowMs - times.of((long) offset)), (double) (to - from) / parts));
        }
    }

    private static long requests(Map<String, Long> ends) {
        return ends.entrySet().stream()
                .filter(each -> each.getKey().startsWith("ad-requests-"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private JsonNode offsets() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(status).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException("serving answered " + answer.statusCode());
        }
        return Machine.JSON.readTree(answer.body()).path("offsets");
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }
}
