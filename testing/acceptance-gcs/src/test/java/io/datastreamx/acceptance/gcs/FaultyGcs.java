package io.datastreamx.acceptance.gcs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before the emulator and does what the emulator does not: forgets preconditions as older ones do, or refuses as
 * Google does.
 */
final class FaultyGcs implements AutoCloseable {
    /** What it does to a request. */
    interface Fault {
        /** The request to forward, or nothing where {@link #answer} is the answer. */
        Optional<URI> forward(URI request);

        default String answer() {
            return "";
        }

        default int status() {
            return 0;
        }
    }

    /** As an emulator that does not know generation preconditions. */
    static final Fault NO_PRECONDITIONS =
            uri -> Optional.of(URI.create(uri.toString().replaceAll("&?ifGenerationMatch=\\d+", "")));

    /** Every request is answered like this; the body is what Google answers. */
    static Fault refusing(int status, String reason, String message) {
        return new Fault() {
            @Override
            public Optional<URI> forward(URI request) {
                return Optional.empty();
            }

            @Override
            public int status() {
                return status;
            }

            @Override
            public String answer() {
                return """
                        {"error": {"code": %d, "message": "%s", "errors": [{"domain": "global", "reason": "%s", "message": "%s"}]}}""".formatted(status, message, reason, message);
            }
        };
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI target;
    private final Fault fault;

    FaultyGcs(URI target, Fault fault) throws IOException {
        this.target = target;
        this.fault = fault;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Optional<URI> forward = fault.forward(exchange.getRequestURI());
            if (forward.isEmpty()) {
                exchange.getRequestBody().readAllBytes();
                reply(exchange, fault.status(), fault.answer().getBytes(StandardCharsets.UTF_8));
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(target + forward.get().toString()))
                    .method(
                            exchange.getRequestMethod(),
                            HttpRequest.BodyPublishers.ofByteArray(
                                    exchange.getRequestBody().readAllBytes()));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (name.toLowerCase(Locale.ROOT).matches("content-type|range|x-.*|content-range|accept.*")) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (!name.equalsIgnoreCase("content-length") && !name.equalsIgnoreCase("transfer-encoding")) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            reply(exchange, answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (exchange.getResponseHeaders().isEmpty()) {
            exchange.getResponseHeaders().put("Content-Type", java.util.List.of("application/json"));
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
