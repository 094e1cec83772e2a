package io.datastreamx.speed.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A real HTTP server that answers bid requests as a test tells it to. */
final class TestAggregator implements AutoCloseable {

    private static final Reply NO_CONTENT = new Reply(204, "");

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<JsonNode> asked = new ArrayList<>();
    private volatile Function<JsonNode, Reply> behaviour;

    record Reply(int status, String body) {}

    TestAggregator(Function<JsonNode, Reply> behaviour) {
        this.behaviour = behaviour;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/bid", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    static TestAggregator filling(String price) {
        return new TestAggregator(request -> fill(request, price));
    }

    static Reply noFill() {
        return NO_CONTENT;
    }

    static Reply fill(JsonNode request, String price) {
        return new Reply(200, """
                {"id": "%s", "cur": "USD", "seatbid": [{"bid": [{"id": "b", "impid": "1", "price": %s, "adid": "ad-1", "crid": "cr-1",
                 "adm": "<VAST version='4.2'><Ad><InLine><Impression>https://ads.example/seen</Impression><Creatives><Creative><Linear><MediaFiles>\
                <MediaFile type='video/mp4'>https://media.example/ad-1.mp4</MediaFile></MediaFiles></Linear></Creative></Creatives></InLine></Ad></VAST>"}]}]}
                """.formatted(request.get("id").asText(), price));
    }

    /** A fill that asks to be told how it fared. */
    static Reply noticed(JsonNode request, String url) {
        String asked =
                "\"nurl\": \"%s?won=${AUCTION_PRICE}&id=${AUCTION_ID}\", \"lurl\": \"%s?lost=${AUCTION_LOSS}&id=${AUCTION_ID}\", \"adid\""
                        .formatted(url, url);
        return new Reply(200, fill(request, "5").body().replace("\"adid\"", asked));
    }

    void behave(Function<JsonNode, Reply> other) {
        behaviour = other;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/bid";
    }

    /** The ids of the requests that arrived here. */
    List<String> askedFor() {
        return asked().stream().map(request -> request.get("id").asText()).toList();
    }

    List<JsonNode> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request =
                    ContractJson.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
            if (!"2.6".equals(exchange.getRequestHeaders().getFirst("x-openrtb-version"))) {
                throw new IOException("not an OpenRTB 2.6 request");
            }
            synchronized (asked) {
                asked.add(request);
            }
            Reply reply = behaviour.apply(request);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
