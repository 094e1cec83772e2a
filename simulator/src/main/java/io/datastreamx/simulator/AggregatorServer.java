package io.datastreamx.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datastreamx.simulator.world.Answer;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.TruthContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One simulated aggregator: a real HTTP server on 127.0.0.1 that speaks OpenRTB 2.6 on {@code POST /bid} and behaves as
 * the truth says. Slow answers are timers, not sleeping threads.
 */
final class AggregatorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AggregatorServer.class);

    static {
        // Read once by the JDK's server: answers leave at once, and thousands of connections may idle between bursts.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
    }

    private final Truth truth;
    private final String aggregatorId;
    private final String currency;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final HttpServer server;

    /**
     * @param workers read requests
     * @param timer sends answers when their time has come
     */
    AggregatorServer(
            Truth truth,
            String aggregatorId,
            String currency,
            Clock clock,
            ExecutorService workers,
            ScheduledExecutorService timer)
            throws IOException {
        this.truth = truth;
        this.aggregatorId = aggregatorId;
        this.currency = currency;
        this.clock = clock;
        this.timer = timer;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        server.createContext("/bid", this::handle);
        server.setExecutor(workers);
    }

    void start() {
        server.start();
    }

    String aggregatorId() {
        return aggregatorId;
    }

    /** Where to POST bid requests. */
    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/bid";
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!exchange.getRequestMethod().equals("POST")) {
            respond(exchange, 405, "POST an OpenRTB 2.6 bid request".getBytes(StandardCharsets.UTF_8));
            return;
        }
        try {
            JsonNode request = OpenRtb.parse(body);
            TruthContext context = OpenRtb.context(request, clock.instant());
            Answer answer = truth.answer(
                    aggregatorId, context, request.path("id").textValue(), OpenRtb.bidFloorMicros(request, currency));
            timer.schedule(() -> answer(exchange, request, answer), answer.latencyMs(), TimeUnit.MILLISECONDS);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            respond(exchange, 400, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void answer(HttpExchange exchange, JsonNode request, Answer answer) {
        try {
            switch (answer.kind()) {
                case ERROR -> respond(exchange, 500, new byte[0]);
                case NO_FILL -> noFill(exchange, request, answer);
                case FILL -> {
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    respond(exchange, 200, OpenRtb.bid(request, aggregatorId, answer, currency));
                }
            }
        } catch (IOException e) {
            // The router gave up waiting and closed the connection: what a late answer deserves.
            LOG.debug("{}: nobody waits for the answer to {}", aggregatorId, request.path("id"), e);
            exchange.close();
        }
    }

    /** Both ways of saying no that OpenRTB 2.6 (section 4.2.1) allows: no content, or a reason. */
    private static void noFill(HttpExchange exchange, JsonNode request, Answer answer) throws IOException {
        if (answer.latencyMs() % 2 == 0) {
            respond(exchange, 204, new byte[0]);
        } else {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            respond(exchange, 200, OpenRtb.noBid(request));
        }
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
