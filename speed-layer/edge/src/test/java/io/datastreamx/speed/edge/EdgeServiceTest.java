package io.datastreamx.speed.edge;

import static io.datastreamx.speed.edge.EdgeFixture.DEVICE;
import static io.datastreamx.speed.edge.EdgeFixture.adRequest;
import static io.datastreamx.speed.edge.EdgeFixture.json;
import static io.datastreamx.speed.edge.EdgeFixture.tuneIn;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.tokens.TokenKey;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What boxes are answered, over real HTTP with a real broker behind. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class EdgeServiceTest {
    @TempDir
    static Path home;

    private static BrokerProcess broker;
    private static EdgeFixture edge;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerProcess.start();
        broker.createEventTopics(2);
        edge = new EdgeFixture(
                broker.bootstrapServers(),
                home,
                Map.of(
                        "datastreamx.edge.max-body", "64K",
                        "datastreamx.edge.rate-per-device", "100000",
                        "datastreamx.edge.burst", "100000"));
    }

    @AfterAll
    static void stop() {
        edge.close();
        broker.close();
        assertThat(edge.failure.get()).isNull();
    }

    @Test
    void whatIsAcknowledgedIsInKafkaByteForByteUnderItsDevice() throws Exception {
        String spaced =
                tuneIn("spaced").replace("\"channel_id\":", "\"own\" : [1, {\"]\": \"}\\\"\"}] ,\n \"channel_id\":");
        HttpResponse<String> answer = edge.send(edge.post("/v1/events", "  " + spaced + "\r\n"));
        assertThat(answer.body()).isEqualTo("{\"accepted\":1}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Server-Timing"))
                .hasValueSatisfying(timing -> assertThat(timing).matches("edge;dur=[0-9.]+, kafka;dur=[0-9.]+"));
        assertThat(edge.log(Topic.TUNING_EVENTS)).contains(DEVICE + "\t" + spaced);
    }

    /** All but the last record of each batch would be taken. */
    @Test
    void warmingUpPublishesNothing() throws Exception {
        assertThat(new WarmUp(edge.service.url(), edge::token, "USD").run(20)).isEqualTo(20);
        assertThat(edge.log(Topic.TUNING_EVENTS)).noneMatch(record -> record.contains("made-up"));
    }

    @Test
    void arraysLinesAndPackedBodiesAreBatches() throws Exception {
        String array = "[ " + tuneIn("a-1") + " ,\n" + tuneIn("a-2") + "]";
        assertThat(edge.send(edge.post("/v1/events", array)).body()).isEqualTo("{\"accepted\":2}");
        String lines = tuneIn("l-1") + "\n\n" + tuneIn("l-2") + "\r\n" + tuneIn("l-3");
        assertThat(edge.send(edge.post("/v1/events", lines).setHeader("Content-Type", "application/x-ndjson"))
                        .body())
                .isEqualTo("{\"accepted\":3}");
        assertThat(edge.send(edge.post("/v1/events", gzip(array.replace("a-", "z-")))
                                .header("Content-Encoding", "gzip"))
                        .body())
                .isEqualTo("{\"accepted\":2}");
        List<String> log = edge.log(Topic.TUNING_EVENTS);
        for (String id : List.of("a-1", "a-2", "l-1", "l-2", "l-3", "z-1", "z-2")) {
            assertThat(log).contains(DEVICE + "\t" + tuneIn(id));
        }
    }

    @Test
    void theTypeDecidesTheTopic() throws Exception {
        String impression = tuneIn("impression")
                .replace("tune_in", "impression")
                .replace("}", ",\"request_id\":\"r\",\"aggregator_id\":\"a\",\"ad_id\":\"x\",\"price_micros\":1}");
        assertThat(edge.send(edge.post("/v1/events", "[" + impression + "," + tuneIn("beside") + "]"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(edge.log(Topic.AD_EVENTS)).containsExactly(DEVICE + "\t" + impression);
    }

    /** All or nothing: a box may repair one record and send the batch again. */
    @Test
    void oneInvalidRecordRefusesTheBatchAndNothingIsPublished() throws Exception {
        String bad = tuneIn("never-2").replace("\"region\":\"north\"", "\"region\":7");
        HttpResponse<String> answer =
                edge.send(edge.post("/v1/events", "[" + tuneIn("never-1") + "," + bad + "," + tuneIn("never-3") + "]"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("error")).isEqualTo(EdgeFixture.JSON.readTree("""
                {"code": "invalid_record", "message": "wrong_type: region: expected text, got number", "field": "region", "index": 1}"""));
        assertThat(edge.log(Topic.TUNING_EVENTS)).noneMatch(record -> record.contains("never-"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/events      | {"schema_version":1}                       | 400 | invalid_record | event_type
            /v1/events      | "tune_in"                                  | 400 | invalid_record |
            /v1/events      | nonsense                                   | 400 | invalid_record |
            /v1/events      | {"a":1} {"b":2}                            | 400 | invalid_record |
            /v1/events      | [null]                                     | 400 | invalid_record |
            /v1/events      | [[]]                                       | 400 | invalid_record |
            /v1/events      | []                                         | 400 | invalid_batch  |
            /v1/events      | [,]                                        | 400 | invalid_batch  |
            /v1/events      | [                                          | 400 | invalid_batch  |
            /v1/events      | [{"a":1}                                   | 400 | invalid_batch  |
            /v1/events      | [{"a":1}{"a":1}]                           | 400 | invalid_batch  |
            /v1/events      | [{"a":1},]                                 | 400 | invalid_batch  |
            /v1/events      | [{"a":1}] x                                | 400 | invalid_batch  |
            /v1/events      | ["a                                        | 400 | invalid_batch  |
            /v1/events      | AD_REQUEST                                 | 400 | wrong_path     | event_type
            /v1/ad-requests | TUNE_IN                                    | 400 | wrong_path     | event_type
            /v1/events      | OTHER_BOX                                  | 403 | other_device   | device_id
            /v1/events      | RESPONSE                                   | 403 | not_from_boxes | event_type
            /v1/events      | DELIVERY                                   | 403 | not_from_boxes | event_type
            /v1/events      | EUR                                        | 400 | invalid_record | currency
            """)
    void rubbishIsRefusedWithItsField(String path, String body, int status, String code, String field)
            throws Exception {
        long before = edge.logged();
        HttpResponse<String> answer = edge.send(edge.post(path, named(body)));
        assertThat(answer.body()).contains("\"" + code + "\"");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).at("/error/field").textValue()).isEqualTo(field);
        assertThat(edge.logged()).isEqualTo(before);
    }

    private static String named(String body) {
        return switch (body) {
            case "AD_REQUEST" -> adRequest("misplaced", 10);
            case "TUNE_IN" -> tuneIn("misplaced");
            case "OTHER_BOX" -> tuneIn("stolen", "box-2");
            case "DELIVERY" -> EdgeFixture.delivery("forged", DEVICE);
            case "EUR" -> adRequest("eur", 10).replace("}", ",\"currency\":\"EUR\"}");
            case "RESPONSE" ->
                tuneIn("forged")
                        .replace("tune_in", "response")
                        .replace(
                                "}",
                                ",\"request_id\":\"r\",\"aggregator_id\":\"a\",\"attempt\":1,\"outcome\":\"no_fill\",\"latency_ms\":1}");
            default -> body;
        };
    }

    @Test
    void whatIsNotReadIsSaid() throws Exception {
        assertThat(status(edge.post("/v1/events", tuneIn("x")).setHeader("Content-Type", "text/plain")))
                .isEqualTo(415);
        assertThat(status(edge.post("/v1/events", tuneIn("x")).header("Content-Encoding", "br")))
                .isEqualTo(415);
        assertThat(status(edge.post("/v1/events", tuneIn("x")).header("Content-Encoding", "gzip")))
                .isEqualTo(400);
        assertThat(status(edge.post("/v1/nothing", tuneIn("x")))).isEqualTo(404);
        HttpResponse<String> get = edge.send(edge.request("/v1/events"));
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void noMoreIsReadThanARequestMayHold() throws Exception {
        byte[] large = new byte[(64 << 10) + 1];
        assertThat(status(edge.post("/v1/events", large))).isEqualTo(413);
        HttpResponse<String> chunked = edge.send(edge.post("/v1/events", "")
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(large))));
        assertThat(chunked.statusCode()).isEqualTo(413);
        byte[] bomb = gzip("[" + " ".repeat(20 << 20) + "]");
        assertThat(bomb.length).isLessThan(32 << 10);
        assertThat(status(edge.post("/v1/events", bomb).header("Content-Encoding", "gzip")))
                .isEqualTo(413);
        assertThat(status(edge.post("/v1/events", tuneIn("after")))).isEqualTo(200);
    }

    @Test
    void onlyABoxWithATokenOfItsOwnIsHeard() throws Exception {
        for (String bad : List.of(
                "", "Bearer", "Bearer x.y.z", "Basic " + edge.token(DEVICE), "Bearer " + edge.token(DEVICE) + "x")) {
            HttpResponse<String> answer =
                    edge.send(edge.post("/v1/events", tuneIn("x")).setHeader("Authorization", bad));
            assertThat(answer.statusCode()).as(bad).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        }
        assertThat(status(edge.request("/v1/ads"))).isEqualTo(401);
    }

    @Test
    void keysRotateWhileBoxesGoOn() throws Exception {
        String old = edge.token(DEVICE);
        TokenKey fresh = edge.keys().rotate(Instant.now());
        String signedAnew = edge.token(DEVICE);
        awaitStatus(
                200, () -> edge.post("/v1/events", tuneIn("new")).setHeader("Authorization", "Bearer " + signedAnew));
        assertThat(status(edge.post("/v1/events", tuneIn("old")).setHeader("Authorization", "Bearer " + old)))
                .isEqualTo(200);
        for (TokenKey key : edge.keys().loadOrCreate(Instant.now())) {
            if (!key.kid().equals(fresh.kid())) {
                edge.keys().retire(key.kid(), Instant.now());
            }
        }
        awaitStatus(401, () -> edge.post("/v1/events", tuneIn("old")).setHeader("Authorization", "Bearer " + old));
        assertThat(status(edge.post("/v1/events", tuneIn("new")))).isEqualTo(200);
    }

    private interface Attempt {
        HttpRequest.Builder request() throws Exception;
    }

    private static void awaitStatus(int status, Attempt attempt) throws Exception {
        long limit = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        int last;
        while ((last = status(attempt.request())) != status) {
            assertThat(System.nanoTime()).as("still %d", last).isLessThan(limit);
            Thread.sleep(50);
        }
    }

    @Test
    void theAdComesInTheAnswer() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                sendAsync(edge.post("/v1/ad-requests", adRequest("ask-1", 20_000)));
        awaitLogged("ask-1");
        edge.deliver("ask-1", "box-2");
        edge.deliver("ask-other", DEVICE);
        Thread.sleep(300);
        assertThat(answer).as("the ads of others are not this box's").isNotDone();
        edge.deliver("ask-1", DEVICE);
        JsonNode json = json(answer.get());
        assertThat(answer.get().statusCode()).isEqualTo(200);
        assertThat(json.path("request_id").textValue()).isEqualTo("ask-1");
        assertThat(json.path("status").textValue()).isEqualTo("ad");
        assertThat(json.path("delivery")).isEqualTo(EdgeFixture.JSON.readTree(EdgeFixture.delivery("ask-1", DEVICE)));
    }

    @Test
    void withoutAnAdTheBoxIsToldSoInTime() throws Exception {
        long began = System.nanoTime();
        JsonNode none = json(edge.send(edge.post("/v1/ad-requests", adRequest("none", 300))));
        assertThat(none).isEqualTo(EdgeFixture.JSON.readTree("{\"request_id\":\"none\",\"status\":\"no_ad\"}"));
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(290), Duration.ofSeconds(3));
        JsonNode batch = json(
                edge.send(edge.post("/v1/ad-requests", "[" + adRequest("b-1", 10) + "," + adRequest("b-2", 20) + "]")));
        assertThat(batch.findValuesAsText("request_id")).containsExactly("b-1", "b-2");
    }

    @Test
    void adsComeOverAStreamToo() throws Exception {
        HttpResponse<java.io.InputStream> stream = edge.http.send(
                edge.request("/v1/ads")
                        .header("Authorization", "Bearer " + edge.token(DEVICE))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        HttpResponse<String> answer = edge.send(
                edge.post("/v1/ad-requests", adRequest("stream-1", 20_000)).header("Prefer", "respond-async, wait=10"));
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"accepted\":1}");
        edge.deliver("stream-1", "box-2");
        edge.deliver("stream-1", DEVICE);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            List<String> seen = new ArrayList<>();
            for (String line; (line = lines.readLine()) != null; ) {
                seen.add(line);
                if (line.startsWith("data: ")) {
                    break;
                }
            }
            assertThat(seen).contains("event: ad", "data: " + EdgeFixture.delivery("stream-1", DEVICE));
        }
    }

    /** More of them than there are threads. */
    @Test
    void boxesThatSendSlowlyHoldUpNobody() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            String begin = "POST /v1/events HTTP/1.1\r\nHost: edge\r\nAuthorization: Bearer " + edge.token(DEVICE)
                    + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[";
            URI address = URI.create(edge.service.url());
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket(address.getHost(), address.getPort());
                slow.add(socket);
                OutputStream out = socket.getOutputStream();
                out.write(begin.getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
            List<CompletableFuture<HttpResponse<String>>> waiting = IntStream.range(0, 200)
                    .mapToObj(i -> sendAsync(edge.post("/v1/ad-requests", adRequest("long-" + i, 1_500))))
                    .toList();
            assertThat(status(edge.post("/v1/events", tuneIn("quick")))).isEqualTo(200);
            for (CompletableFuture<HttpResponse<String>> wait : waiting) {
                assertThat(wait.get().body()).contains("no_ad");
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void theFileThatDescribesItIsServedAndFitsTheContract() throws Exception {
        HttpResponse<String> file = edge.send(edge.request("/v1/openapi.yaml"));
        assertThat(file.statusCode()).isEqualTo(200);
        for (var type : io.datastreamx.contract.event.EventType.values()) {
            if (type.isFromBox() || type == io.datastreamx.contract.event.EventType.AD_DELIVERY) {
                assertThat(file.body())
                        .contains("\n    " + type.wireName() + ": " + io.datastreamx.contract.event.JsonSchemas.of(type)
                                + "\n");
            }
        }
        String codes = java.util.Arrays.stream(Outcome.values())
                .filter(outcome -> outcome.status() >= 400)
                .map(Outcome::code)
                .collect(Collectors.joining(", "));
        assertThat(file.body()).contains("enum: [" + codes + "]");
    }

    @Test
    void itSaysThatItLivesAndIsReady() throws Exception {
        assertThat(edge.send(edge.request("/health")).body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(edge.send(edge.request("/ready")).body()).isEqualTo("{\"status\":\"ready\"}");
    }

    @Test
    void aBoxThatSendsTooMuchIsAskedToWaitAndOthersAreNot() throws Exception {
        try (EdgeFixture strict = new EdgeFixture(
                broker.bootstrapServers(),
                home,
                Map.of("datastreamx.edge.rate-per-device", "2", "datastreamx.edge.burst", "4"))) {
            String ten = IntStream.range(0, 10)
                    .mapToObj(i -> tuneIn("burst-" + i))
                    .collect(Collectors.joining(",", "[", "]"));
            assertThat(strict.send(strict.post("/v1/events", ten)).statusCode()).isEqualTo(200);
            HttpResponse<String> answer = strict.send(strict.post("/v1/events", tuneIn("more")));
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(json(answer).at("/error/code").textValue()).isEqualTo("rate_limited");
            assertThat(Integer.parseInt(
                            answer.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(3, 4);
            assertThat(strict.send(strict.post("/v1/events", tuneIn("mine", "box-2"))
                                    .setHeader("Authorization", "Bearer " + strict.token("box-2")))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsUnderWayEndsInOrder() throws Exception {
        EdgeFixture ending = new EdgeFixture(broker.bootstrapServers(), home, Map.of());
        CompletableFuture<HttpResponse<String>> waiting = ending.http.sendAsync(
                ending.post("/v1/ad-requests", adRequest("last", 1_000)).build(), HttpResponse.BodyHandlers.ofString());
        awaitLogged("last");
        long began = System.nanoTime();
        ending.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(1));
        assertThat(json(waiting.get()).path("status").textValue()).isEqualTo("no_ad");
        assertThat(ending.failure.get()).isNull();
    }

    private static CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return edge.http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void awaitLogged(String requestId) throws InterruptedException {
        while (edge.log(Topic.AD_REQUESTS).stream().noneMatch(record -> record.contains("\"" + requestId + "\""))) {
            Thread.sleep(20);
        }
    }

    private static int status(HttpRequest.Builder request) throws Exception {
        return edge.send(request).statusCode();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }
}
