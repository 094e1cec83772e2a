package io.datastreamx.speed.edge;

import io.datastreamx.config.EdgeSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.process.Background;
import io.datastreamx.process.CannotRunException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The edge as a whole: boxes' records in over HTTP and on to Kafka, ads from Kafka back to the boxes. */
final class EdgeService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeService.class);
    private static final int THREADS = 64;
    private static final int IDLE_THREADS = 4;
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(60);
    private static final int ACCEPT_QUEUE = 1_024;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(2);
    private static final long PROBE_EVERY_S = 2;
    private static final long KEYS_EVERY_S = 1;
    private static final long BEAT_EVERY_S = 15;
    private static final long REPORT_EVERY_S = 10;
    private static final long KEEP_KNOWN_EVERY_S = 60;

    private final EdgeSettings settings;
    private final String currency;
    private final DeviceKeys keys;
    private final RateLimiter limiter;
    private final Room room;
    private final Counters counters = new Counters();
    private final WaitingBoxes waiting = new WaitingBoxes();
    private final AdStreams streams;
    private final EventLog log;
    private final Admin admin;
    private final DeliveryLoop deliveries;
    private final EdgeHandler handler;
    private final Server server;
    private final ServerConnector connector;
    private final ScheduledExecutorService background = Background.named("edge-background", 2);
    private volatile boolean kafkaAnswers = true;

    /**
     * @param onFailure told, possibly more than once, why it cannot go on
     * @throws IllegalStateException if the broker or its topics are not there
     */
    EdgeService(Settings all, Clock clock, Consumer<Throwable> onFailure) {
        settings = all.edge();
        currency = all.currency();
        keys = new DeviceKeys(Path.of(settings.keysFile()), clock);
        limiter = new RateLimiter(settings.ratePerDevice(), settings.burst(), System::nanoTime);
        room = new Room(settings.maxInFlightBytes());
        streams = new AdStreams(settings.maxStreams());
        KafkaClients kafka = KafkaClients.of(all.kafka(), "edge");
        log = new EventLog(kafka, settings.kafkaPatience());
        admin = kafka.admin("probe", PROBE_PATIENCE);
        deliveries = new DeliveryLoop(kafka, all.currency(), this::deliver, onFailure);
        handler = new EdgeHandler(
                all, keys, limiter, room, log, waiting, streams, counters, () -> kafkaAnswers, onFailure);
        server = new Server(new QueuedThreadPool(THREADS, IDLE_THREADS));
        connector = connector(server, settings);
        server.addConnector(connector);
        server.setHandler(handler);
        server.setErrorHandler(EdgeService::error);
    }

    private static ServerConnector connector(Server server, EdgeSettings settings) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        // Nothing goes over a connection while its box waits for an ad.
        connector.setIdleTimeout(IDLE_CONNECTION.plus(settings.longestWait()).toMillis());
        return connector;
    }

    /** What Jetty itself refuses, such as headers that are no headers. */
    private static boolean error(Request request, Response response, Callback callback) {
        Outcome outcome = response.getStatus() < 500 ? Outcome.BAD_REQUEST : Outcome.INTERNAL;
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        byte[] body = Exchange.bytes(json -> Exchange.error(
                json, outcome, "the request was refused with HTTP status " + response.getStatus(), null, -1));
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    /** Starts to work; returns when boxes can come. */
    void start() throws Exception {
        deliveries.start();
        every(KEYS_EVERY_S, keys::refresh);
        every(PROBE_EVERY_S, this::probe);
        every(BEAT_EVERY_S, streams::beat);
        every(REPORT_EVERY_S, this::report);
        every(KEEP_KNOWN_EVERY_S, this::keepTopicsKnown);
        try {
            server.start();
        } catch (java.io.IOException e) {
            throw new CannotRunException(
                    "the edge cannot listen on " + settings.host() + ":" + settings.port() + ": " + e.getMessage()
                            + "; choose another with datastreamx.edge.host and datastreamx.edge.port",
                    e);
        }
    }

    /** To be called after the start, before boxes are told of it. */
    void warmUp() {
        int refused = new WarmUp(url(), keys::sign, currency).run(settings.warmUpRequests());
        LOG.info("warm after {} made-up requests", refused);
        counters.forget();
    }

    private void every(long seconds, Runnable task) {
        background.scheduleWithFixedDelay(task, seconds, seconds, TimeUnit.SECONDS);
    }

    /** Where boxes on this machine reach it. */
    String url() {
        String host = settings.host().equals("0.0.0.0") ? "127.0.0.1" : settings.host();
        return "http://" + host + ":" + connector.getLocalPort();
    }

    Counters counters() {
        return counters;
    }

    private void deliver(Delivery delivery) {
        waiting.deliver(delivery);
        if (streams.deliver(delivery)) {
            counters.count(Counters.AdFate.STREAMED);
        }
    }

    private void probe() {
        boolean before = kafkaAnswers;
        try {
            admin.describeCluster().nodes().get(PROBE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            kafkaAnswers = true;
        } catch (ExecutionException | TimeoutException e) {
            kafkaAnswers = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (before != kafkaAnswers) {
            LOG.warn("Kafka {}", kafkaAnswers ? "answers again" : "does not answer; boxes are asked to come again");
        }
    }

    private void keepTopicsKnown() {
        try {
            log.keepKnown();
        } catch (KafkaException e) {
            LOG.warn("Kafka's topics could not be looked at: {}", e.getMessage());
        }
    }

    private void report() {
        limiter.forgetIdle();
        LOG.info(
                "{}; waiting={} streams={} in_flight_bytes={} devices={}",
                counters,
                waiting.count(),
                streams.count(),
                room.used(),
                limiter.remembered());
    }

    /** Takes nothing new, lets what is under way end within two seconds, and ends. */
    @Override
    public void close() {
        handler.refuseNew();
        connector.close();
        streams.endAll();
        awaitUnderWay();
        waiting.endAll();
        background.shutdownNow();
        deliveries.close();
        log.close();
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the HTTP server did not stop in order", e);
        }
        admin.close(Duration.ofSeconds(1));
        report();
        LOG.info("stopped");
    }

    private void awaitUnderWay() {
        long limit = System.nanoTime() + STOP_LIMIT.toNanos();
        try {
            while (handler.underWay() > 0 && System.nanoTime() < limit) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
