package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Serving in a process of its own, asked over HTTP. */
final class ServingReports implements Reporter {
    private static final Set<String> TIMES = Set.of("minute", "hour", "day");
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final JavaProcess process;
    private final URI api;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER)
            .build();

    /**
     * Returns when it answers from the version in force.
     *
     * @param settings where its home and the broker are
     */
    ServingReports(Map<String, String> settings) throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("datastreamx.serving.port", "0");
        this.process = JavaProcess.start(new JavaProcess.Launch(
                "io.datastreamx.serving.ServingMain",
                Repository.runtimeClasspath("serving-layer"),
                List.of("-Xmx768m", "-XX:+UseSerialGC", "-Duser.timezone=UTC"),
                all,
                List.of()));
        this.api = URI.create(process.awaitLine("READY", PATIENCE)
                .substring("READY ".length())
                .strip());
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (Machine.JSON.readTree(get("/v1/status")).path("version").isNull()) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException("serving has no version:\n" + process.stderr());
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    long pid() {
        return process.pid();
    }

    /** To be sent by whoever asks without waiting. */
    HttpRequest request(ReportQuestion question) {
        return HttpRequest.newBuilder(api.resolve(question.path(null)))
                .timeout(ANSWER)
                .build();
    }

    HttpClient http() {
        return http;
    }

    @Override
    public String id() {
        return "serving";
    }

    @Override
    public String title() {
        return "Serving";
    }

    @Override
    public List<String> answer(ReportQuestion question, Instant to) throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : Machine.JSON.readTree(get(question.path(to))).path("rows")) {
            List<Object> values = new ArrayList<>();
            question.by().forEach(column -> values.add(key(column, row.get(column))));
            question.measures().forEach(measure -> values.add(row.get(measure).asLong()));
            rows.add(ReportQuestion.row(values.toArray()));
        }
        return rows;
    }

    private static Object key(String column, JsonNode value) {
        if (!TIMES.contains(column)) {
            return value.isNull() ? null : value.asText();
        }
        String text = value.asText();
        return text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toEpochSecond()
                : Instant.parse(text).getEpochSecond();
    }

    private byte[] get(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(api.resolve(path)).timeout(ANSWER).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " was answered with " + answer.statusCode() + ": "
                    + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    @Override
    public void close() {
        process.close();
    }
}
