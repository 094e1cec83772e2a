package io.datastreamx.warehouse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.config.BigQueryWrite;
import io.datastreamx.config.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the emulator has not: refusals, slow queries, pages, locations. Answers come from a script, over real HTTP. */
class BigQueryClientTest {
    private static final String ROWS =
            "{\"jobComplete\": true, \"jobReference\": {\"jobId\": \"j\", \"location\": \"US\"}, \"schema\": {\"fields\": [{\"name\": \"n\", \"type\": \"INTEGER\"}, {\"name\": \"t\","
                    + " \"type\": \"TIMESTAMP\"}]}, \"rows\": [{\"f\": [{\"v\": \"7\"}, {\"v\": \"1000001\"}]}]%s}";

    private record Answer(int status, String body) {}

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> seen = new ArrayList<>();
    private final List<Boolean> tokens = new ArrayList<>();
    private HttpServer server;
    private BigQuerySettings settings;
    private BigQueryClient client;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            Answer answer = answers.pop();
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        settings = new BigQuerySettings(
                "some-project",
                "ads",
                "EU",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                new Secret(""),
                BigQueryWrite.LOAD_JOB,
                "",
                java.time.Duration.ZERO,
                List.of(),
                1000);
        client = new BigQueryClient(
                settings,
                fresh -> {
                    tokens.add(fresh);
                    return "token";
                },
                1);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(int status, String body) {
        answers.add(new Answer(status, body));
    }

    private static String error(String reason, String message) {
        return "{\"error\": {\"message\": \"" + message + "\", \"errors\": [{\"reason\": \"" + reason + "\"}]}}";
    }

    private WarehouseException refused() {
        return assertThrows(WarehouseException.class, () -> client.query("SELECT 1"));
    }

    @Test
    void everyStatementHasALimitOfBilledBytesAndALocation() throws Exception {
        answer(200, String.format(ROWS, ""));
        assertEquals(List.of(Map.of("n", 7L, "t", Instant.ofEpochSecond(1, 1000))), client.query("SELECT 1"));
        var body = new ObjectMapper().readTree(seen.get(0).substring(seen.get(0).indexOf('{')));
        assertEquals("1000", body.path("maximumBytesBilled").asText());
        assertEquals("EU", body.path("location").asText());
        assertEquals(false, body.path("useLegacySql").asBoolean(true));
    }

    @Test
    void aSlowQueryIsWaitedForAndAllPagesAreRead() {
        answer(200, "{\"jobComplete\": false, \"jobReference\": {\"jobId\": \"j\", \"location\": \"EU\"}}");
        answer(200, String.format(ROWS, ", \"pageToken\": \"p2\""));
        answer(200, String.format(ROWS, ""));
        assertEquals(2, client.query("SELECT 1").size());
        assertTrue(seen.get(1).contains("/queries/j?"), seen.get(1));
        assertTrue(seen.get(2).contains("pageToken=p2"), seen.get(2));
    }

    @Test
    void aServerThatIsBusyIsAskedAgainUnderTheSameRequestId() throws Exception {
        answer(503, "busy");
        answer(429, error("rateLimitExceeded", "slow down"));
        answer(200, String.format(ROWS, ""));
        assertEquals(1, client.query("SELECT 1").size());
        assertEquals(
                1,
                seen.stream()
                        .map(request -> request.replaceAll(".*\"requestId\":\"([^\"]+)\".*", "$1"))
                        .distinct()
                        .count());
    }

    @Test
    void anExpiredTokenIsReplacedOnceAndThenSaid() {
        answer(401, error("authError", "Invalid Credentials"));
        answer(200, String.format(ROWS, ""));
        client.query("SELECT 1");
        assertEquals(List.of(false, true), tokens);
        answer(401, error("authError", "Invalid Credentials"));
        answer(401, error("authError", "Invalid Credentials"));
        assertTrue(refused().getMessage().contains("may have expired"));
    }

    @Test
    void refusalsSayWhatToDo() {
        answer(403, error("accessDenied", "Access Denied: Dataset"));
        assertTrue(refused().getMessage().contains("roles/bigquery.dataEditor"));
        answer(404, error("notFound", "Not found: Dataset some-project:ads was not found in location EU"));
        assertTrue(refused().getMessage().contains("bq --location=EU mk --dataset some-project:ads"));
        answer(400, error("bytesBilledLimitExceeded", "Query exceeded limit for bytes billed: 1000"));
        assertTrue(refused().getMessage().contains("nothing was billed"));
    }

    @Test
    void aDatasetElsewhereStopsThePublicationBeforeAnythingIsMade() {
        answer(200, "{\"location\": \"US\"}");
        WarehouseException e = assertThrows(WarehouseException.class, () -> new Warehouse(settings, client).prepare());
        assertTrue(e.getMessage().contains("is in US, but datastreamx.bigquery.location says EU"), e.getMessage());
        assertEquals(1, seen.size());
    }

    @Test
    void anUploadWhoseAnswerWasLostIsLookedUpAndNotSentAgain() {
        answer(500, "lost");
        answer(200, "{\"status\": {\"state\": \"RUNNING\"}}");
        answer(200, "{\"status\": {\"state\": \"DONE\"}}");
        client.load("t", "job1", "{}".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                1, seen.stream().filter(request -> request.startsWith("POST")).count());
    }

    @Test
    void aFailedLoadSaysWhy() {
        answer(200, "{}");
        answer(200, "{\"status\": {\"state\": \"DONE\", \"errorResult\": {\"message\": \"no such field: x\"}}}");
        WarehouseException e = assertThrows(
                WarehouseException.class, () -> client.load("t", "job1", "{}".getBytes(StandardCharsets.UTF_8)));
        assertTrue(e.getMessage().contains("no such field: x"), e.getMessage());
    }
}
