package io.datastreamx.warehouse.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.config.Settings;
import io.datastreamx.serving.ServingLayer;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.warehouse.views.Dataset;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The emulator, settings that lead to it, and questions to a serving layer. */
final class EmulatedApi implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BigQueryEmulator emulator;
    private final Path home;

    /** @param dataset is there and empty */
    EmulatedApi(Dataset dataset, Path home) {
        this.emulator = BigQueryEmulator.start(dataset.project(), dataset.name());
        this.home = home;
    }

    /** An empty dataset beside the first one. */
    void create(Dataset dataset) {
        emulator.createDataset(dataset.project(), dataset.name());
    }

    /** @param source of serving's answers */
    Settings settings(Dataset dataset, String source) {
        return settings(values(dataset, source));
    }

    Map<String, Object> values(Dataset dataset, String source) {
        Map<String, Object> values = new HashMap<>();
        values.put("datastreamx.home", home.toString());
        values.put("datastreamx.kafka.bootstrap-servers", "127.0.0.1:1");
        values.put("datastreamx.serving.source", source);
        values.put("datastreamx.serving.bigquery-poll-interval", "200ms");
        values.put("datastreamx.bigquery.project", dataset.project());
        values.put("datastreamx.bigquery.dataset", dataset.name());
        values.put("datastreamx.bigquery.endpoint", emulator.proxy().url());
        values.put("datastreamx.bigquery.access-token", "dummy");
        values.put("datastreamx.bigquery.maximum-bytes-billed", 123_456_789);
        return values;
    }

    static Settings settings(Map<String, Object> values) {
        return Settings.load(values);
    }

    /** Requests with statements that came since the last call, in order. */
    List<JsonNode> statements() throws Exception {
        List<JsonNode> statements = new ArrayList<>();
        for (String body : emulator.proxy().takeStatements()) {
            statements.add(JSON.readTree(body));
        }
        return statements;
    }

    static HttpResponse<String> get(ServingLayer serving, String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(serving.url() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until the status is as wanted. */
    static void awaitStatus(ServingLayer serving, Predicate<JsonNode> wanted) throws Exception {
        HttpResponse<String> answer = null;
        for (int i = 0; i < 600; i++) {
            answer = get(serving, "/api/status");
            if (answer.statusCode() == 200 && wanted.test(JSON.readTree(answer.body()))) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the status did not come to be as wanted: " + answer.body());
    }

    @Override
    public void close() {
        emulator.close();
    }
}
