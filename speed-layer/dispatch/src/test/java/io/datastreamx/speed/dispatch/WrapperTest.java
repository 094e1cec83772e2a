package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.speed.dispatch.Endpoints.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ads whose markup wraps other documents, over real HTTP. */
class WrapperTest {
    private static final int GENEROUS_MS = 60_000;

    private final AggregatorClient client =
            new AggregatorClient("USD", Settings.load(Map.of()).dispatch());
    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private final AtomicInteger fetched = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/bid")) {
                exchange.getRequestBody().readAllBytes();
            } else {
                fetched.incrementAndGet();
            }
            String document = documents.get(path);
            if (document == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            if (document.isEmpty()) {
                end.await();
            }
            byte[] body = document.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private Answer ask(String markup, int timeoutMs) throws Exception {
        documents.put("/bid", """
                {"id": "r1", "seatbid": [{"bid": [{"impid": "1", "price": 3, "adid": "a", "lurl": "https://n.example/lost", "nurl": "https://n.example/won",
                "adm": %s}]}]}""".formatted(ContractJson.MAPPER.writeValueAsString(markup)));
        Endpoint endpoint =
                new Endpoint(URI.create(url("/bid")), timeoutMs, 20_000_000, true, CapLedger.Limits.NONE, null);
        return client.ask(endpoint, BidResponsesTest.REQUEST, timeoutMs).get();
    }

    private Answer ask(String markup) throws Exception {
        return ask(markup, GENEROUS_MS);
    }

    private static String vast(String content) {
        return "<VAST version=\"4.0\"><Ad>" + content + "</Ad></VAST>";
    }

    private static String wrapper(String url, String name) {
        return vast("<Wrapper><VASTAdTagURI><![CDATA[" + url + "]]></VASTAdTagURI><Impression>https://t.example/" + name
                + "</Impression></Wrapper>");
    }

    private static String ad() {
        return vast("""
                <InLine><Impression>https://t.example/ad?p=${AUCTION_PRICE}</Impression><Creatives><Creative><Linear><Duration>00:00:10</Duration><MediaFiles>
                <MediaFile type="video/mp4">https://m.example/a.mp4</MediaFile></MediaFiles></Linear></Creative></Creatives></InLine>""");
    }

    private void assertRefused(ResponseReason reason, Answer answer) {
        assertEquals(reason, answer.reason(), answer.toString());
        assertNull(answer.ad());
        assertEquals(List.of("https://n.example/lost"), answer.notices().losses(), "who bid is told that it lost");
        assertNull(answer.notices().win());
    }

    @Test
    void wrappersLeadToTheAdAndAllOfThemAreToldOfTheImpression() throws Exception {
        documents.put("/second", wrapper(url("/ad"), "second"));
        documents.put("/ad", ad());
        Answer answer = ask(wrapper(url("/second"), "first"));
        assertEquals(ResponseReason.FILLED, answer.reason(), answer.toString());
        assertEquals("https://m.example/a.mp4", answer.ad().creative().mediaUrl());
        assertEquals(
                List.of(
                        "https://t.example/first",
                        "https://t.example/second",
                        "https://t.example/ad?p=${AUCTION_PRICE}"),
                answer.ad().creative().trackers().stream()
                        .map(Creative.Tracker::url)
                        .toList(),
                "macros of OpenRTB stand in the bid's own markup only");
        assertEquals(2, fetched.get());
        assertEquals("https://n.example/won", answer.notices().win());
    }

    @Test
    void wrappersWithoutEndAreGivenUp() throws Exception {
        documents.put("/again", wrapper(url("/again"), "again"));
        assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, ask(wrapper(url("/again"), "first")));
        assertEquals(Settings.load(Map.of()).dispatch().maxWrappers(), fetched.get());
    }

    @Test
    void whatIsBehindAWrapperIsJudgedAsIfItStoodThere() throws Exception {
        assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, ask(wrapper(url("/none"), "first")));
        documents.put("/empty", "<VAST version=\"3.0\"/>");
        assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_WITHOUT_AD, ask(wrapper(url("/empty"), "first")));
        documents.put("/broken", "<VAST version=\"3.0\">");
        assertRefused(ResponseReason.RESPONSE_REJECTED_INVALID_VAST, ask(wrapper(url("/broken"), "first")));
        documents.put("/large", "<VAST version=\"3.0\">" + " ".repeat(300 << 10) + "</VAST>");
        assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, ask(wrapper(url("/large"), "first")));
        assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, ask(wrapper("http://127.0.0.1:1/", "first")));
    }

    @Test
    void aWrapperDoesNotLeadToWhereOnlyWeMayGo() throws Exception {
        Answer answer = ask(wrapper("http://169.254.169.254/latest/meta-data", "first"));
        assertRefused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, answer);
        assertTrue(answer.detail().contains("of a link"), answer.detail());
    }

    @Test
    void theTimeLimitIsThatOfTheWholeAttempt() throws Exception {
        documents.put("/slow", "");
        Answer answer = ask(wrapper(url("/slow"), "first"), 400);
        assertEquals(ResponseReason.ERROR_TIMED_OUT, answer.reason());
    }
}
