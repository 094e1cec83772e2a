package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Aggregators that answer OpenRTB 2.6 over HTTP on 127.0.0.1 with as little work as they can: after 10 to 60 ms, six
 * times in ten or so with an ad. What they read of a bid request is its id.
 */
final class DayAggregators implements AutoCloseable {
    private static final int ADS = 20;
    private static final int TIMEOUT_MS = 250;
    private static final String ID = "\"id\":\"";

    static {
        // Read once by the JDK's server: answers leave at once, and connections may idle between bursts.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
    }

    private record Aggregator(String id, double fill, long priceMicros, HttpServer server) {}

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "aggregators");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Aggregator> aggregators = new ArrayList<>();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong filled = new AtomicLong();

    /** Listens at once. */
    DayAggregators(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
            // The dearer, the rarer.
            Aggregator aggregator = new Aggregator(
                    "agg-%02d".formatted(i), 0.75 - 0.3 * i / count, 3_000_000L + 1_000_000L * i, server);
            server.createContext("/bid", exchange -> ask(aggregator, exchange));
            server.start();
            aggregators.add(aggregator);
        }
    }

    /** Bid requests so far. */
    long asked() {
        return asked.get();
    }

    /** Those of them that got an ad. */
    long filled() {
        return filled.get();
    }

    /** In the form of {@code dsx up --aggregators}. */
    void writeTerms(Path file) throws IOException {
        ArrayNode terms = Machine.JSON.createArrayNode();
        for (Aggregator aggregator : aggregators) {
            terms.addObject()
                    .put("aggregator_id", aggregator.id())
                    .put(
                            "endpoint",
                            "http://127.0.0.1:"
                                    + aggregator.server().getAddress().getPort() + "/bid")
                    .put("enabled", true)
                    .put("waterfall_rank", 1 + terms.size())
                    .put("contract_price_micros", aggregator.priceMicros())
                    .put("max_price_micros", 2 * aggregator.priceMicros())
                    .put("daily_cap", 0)
                    .put("timeout_ms", TIMEOUT_MS)
                    .put("currency", "USD");
        }
        Files.writeString(file, terms.toPrettyString());
    }

    private void ask(Aggregator aggregator, HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int from = body.indexOf(ID) + ID.length();
        String id = body.substring(from, body.indexOf('"', from));
        asked.incrementAndGet();
        timer.schedule(
                () -> answer(aggregator, exchange, id),
                10 + ThreadLocalRandom.current().nextInt(50),
                TimeUnit.MILLISECONDS);
    }

    private void answer(Aggregator aggregator, HttpExchange exchange, String id) {
        try (exchange) {
            if (ThreadLocalRandom.current().nextDouble() >= aggregator.fill()) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            filled.incrementAndGet();
            byte[] bid = bid(aggregator, id).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bid.length);
            exchange.getResponseBody().write(bid);
        } catch (IOException e) {
            // Dispatch waits no longer and has closed the connection.
        }
    }

    private static String bid(Aggregator aggregator, String id) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String ad = aggregator.id() + "-ad-" + random.nextInt(ADS);
        long cents = aggregator.priceMicros() / 10_000 * (75 + random.nextInt(50)) / 100;
        return "{\"id\":\"" + id + "\",\"cur\":\"USD\",\"seatbid\":[{\"bid\":[{\"id\":\"1\",\"impid\":\"1\",\"price\":"
                + cents / 100 + "." + cents / 10 % 10 + cents % 10 + ",\"adid\":\"" + ad + "\",\"crid\":\"" + ad
                + "\",\"ext\":{\"media_url\":\"http://media.example/" + ad + ".mp4\"}}]}]}";
    }

    @Override
    public void close() {
        timer.shutdownNow();
        aggregators.forEach(aggregator -> aggregator.server().stop(0));
    }
}
