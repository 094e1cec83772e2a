package io.datastreamx.speed.edge;

import io.datastreamx.config.EdgeSettings;
import io.datastreamx.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.RetriableException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What boxes ask and are answered; no thread waits for a body, for Kafka or for an ad. */
final class EdgeHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeHandler.class);
    private static final String PREFER = "Prefer";
    private static final String RESPOND_ASYNC = "respond-async";
    private static final int RETRY_STOPPING_S = 1;
    private static final int RETRY_KAFKA_S = 2;

    private final EdgeSettings settings;
    private final DeviceKeys keys;
    private final RateLimiter limiter;
    private final Room room;
    private final Records records;
    private final EventLog log;
    private final WaitingBoxes waiting;
    private final AdStreams streams;
    private final Counters counters;
    private final BooleanSupplier kafkaAnswers;
    private final Consumer<Throwable> onFailure;
    private final AtomicInteger underWay = new AtomicInteger();
    private final byte[] openApi = resource("/openapi.yaml");
    private volatile boolean stopping;

    /** @param onFailure told why if records cannot be written any more */
    EdgeHandler(
            Settings settings,
            DeviceKeys keys,
            RateLimiter limiter,
            Room room,
            EventLog log,
            WaitingBoxes waiting,
            AdStreams streams,
            Counters counters,
            BooleanSupplier kafkaAnswers,
            Consumer<Throwable> onFailure) {
        this.settings = settings.edge();
        this.keys = keys;
        this.limiter = limiter;
        this.room = room;
        this.records = new Records(settings.currency());
        this.log = log;
        this.waiting = waiting;
        this.streams = streams;
        this.counters = counters;
        this.kafkaAnswers = kafkaAnswers;
        this.onFailure = onFailure;
    }

    /** From now on nothing new is taken. */
    void refuseNew() {
        stopping = true;
    }

    /** Requests that are not answered yet, and open streams. */
    int underWay() {
        return underWay.get();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        underWay.incrementAndGet();
        Exchange exchange =
                new Exchange(request, response, callback, room.share(), counters, underWay::decrementAndGet);
        try {
            route(exchange);
        } catch (RefusedException e) {
            exchange.refuse(e);
        } catch (RuntimeException e) {
            failed(exchange, e);
        }
        return true;
    }

    private void route(Exchange exchange) throws RefusedException {
        Request request = exchange.request();
        EdgePath path = EdgePath.of(Request.getPathInContext(request))
                .orElseThrow(() -> new RefusedException(
                        Outcome.NOT_FOUND,
                        "there are /v1/events, /v1/ad-requests, /v1/ads, /v1/openapi.yaml, /health and /ready"));
        if (!path.method().equals(request.getMethod())) {
            exchange.response().getHeaders().put(HttpHeader.ALLOW, path.method());
            throw new RefusedException(Outcome.METHOD_NOT_ALLOWED, path.path() + " takes " + path.method());
        }
        switch (path) {
            case EVENTS, AD_REQUESTS -> post(exchange, path);
            case ADS -> stream(exchange);
            case OPENAPI -> exchange.answer(Outcome.INFORMATION, "application/yaml", openApi);
            case HEALTH -> answerStatus(exchange, Outcome.INFORMATION, "ok");
            case READY -> ready(exchange);
        }
    }

    private void ready(Exchange exchange) throws RefusedException {
        requireGoingOn();
        if (!kafkaAnswers.getAsBoolean()) {
            throw RefusedException.later(Outcome.KAFKA_UNAVAILABLE, "Kafka does not answer", RETRY_KAFKA_S);
        }
        answerStatus(exchange, Outcome.INFORMATION, "ready");
    }

    private static void answerStatus(Exchange exchange, Outcome outcome, String status) {
        exchange.answer(outcome, json -> {
            json.writeStartObject();
            json.writeStringField("status", status);
            json.writeEndObject();
        });
    }

    private void requireGoingOn() throws RefusedException {
        if (stopping) {
            throw RefusedException.later(
                    Outcome.STOPPING, "this edge is about to end; send the same again", RETRY_STOPPING_S);
        }
    }

    private String device(Exchange exchange) throws RefusedException {
        requireGoingOn();
        return keys.device(exchange.request().getHeaders().get(HttpHeader.AUTHORIZATION));
    }

    private void stream(Exchange exchange) throws RefusedException {
        String authorization = exchange.request().getHeaders().get(HttpHeader.AUTHORIZATION);
        String device = device(exchange);
        take(device);
        // What the stream does not take is refused by the exchange, which must still be able to answer.
        Callback.Completable end = new Callback.Completable();
        streams.open(device, exchange.response(), end, () -> isStillBelieved(authorization));
        Callback callback = exchange.detach(Outcome.STREAM);
        end.whenComplete((nothing, failure) -> {
            if (failure == null) {
                callback.succeeded();
            } else {
                callback.failed(failure);
            }
        });
    }

    private boolean isStillBelieved(String authorization) {
        try {
            keys.device(authorization);
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }

    private void take(String device) throws RefusedException {
        int seconds = limiter.take(device);
        if (seconds > 0) {
            throw RefusedException.later(
                    Outcome.RATE_LIMITED,
                    "this device sends more than " + settings.ratePerDevice() + " records a second",
                    seconds);
        }
    }

    private void post(Exchange exchange, EdgePath path) throws RefusedException {
        String device = device(exchange);
        BatchFormat format = BatchFormat.of(exchange.request().getHeaders().get(HttpHeader.CONTENT_TYPE));
        take(device);
        new BodyReader(exchange.request(), settings.maxBodyBytes(), exchange.share())
                .read()
                .whenComplete((body, failure) -> {
                    try {
                        if (failure != null) {
                            throw failure;
                        }
                        publish(exchange, path, device, format.split(body));
                    } catch (RefusedException e) {
                        exchange.refuse(e);
                    } catch (IOException e) {
                        // The box is gone before its request was whole; nobody reads the answer.
                        exchange.refuse(new RefusedException(Outcome.BAD_REQUEST, "the body broke off"));
                    } catch (Throwable e) {
                        failed(exchange, e);
                    }
                });
    }

    private void publish(Exchange exchange, EdgePath path, String device, BatchFormat.Batch batch)
            throws RefusedException {
        limiter.charge(device, batch.records().size() - 1);
        List<Records.Valid> valid = records.judge(batch.records(), device, path);
        boolean waits = path == EdgePath.AD_REQUESTS && !prefersAsync(exchange.request());
        // Before Kafka has the request, so that no ad can come too early to be seen.
        List<CompletableFuture<Optional<Delivery>>> ads = waits
                ? valid.stream()
                        .map(record -> waiting.await(
                                device,
                                record.event().text("request_id"),
                                longest(record.event().number("tmax_ms", 0))))
                        .toList()
                : List.of();
        CompletableFuture<Void> written = log.append(device, valid);
        exchange.handedOn();
        written.whenComplete((nothing, failure) -> {
            if (failure != null) {
                exchange.refuse(RefusedException.later(
                        Outcome.KAFKA_UNAVAILABLE,
                        "Kafka has not taken all records in time; send the same again",
                        RETRY_KAFKA_S));
                ads.forEach(ad -> ad.complete(Optional.empty()));
                notTaken(failure);
                return;
            }
            exchange.acknowledged();
            counters.acknowledged(valid.size());
            if (waits) {
                CompletableFuture.allOf(ads.toArray(CompletableFuture[]::new))
                        .thenRun(() -> answerAds(exchange, valid, ads, batch.isBatch()));
            } else {
                answerAccepted(
                        exchange,
                        path == EdgePath.AD_REQUESTS ? Outcome.ACCEPTED_ASYNC : Outcome.ACCEPTED,
                        valid.size());
            }
        });
    }

    /** Kafka's client does not get over some failures; only another process does. */
    private void notTaken(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!stopping && !(cause instanceof RetriableException)) {
            onFailure.accept(new IllegalStateException("records cannot be written to Kafka any more", cause));
        }
    }

    private static boolean prefersAsync(Request request) {
        return request.getHeaders().getValuesList(PREFER).stream()
                .flatMap(value -> java.util.Arrays.stream(value.split(",", -1)))
                .anyMatch(value ->
                        value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(RESPOND_ASYNC));
    }

    private Duration longest(long tmaxMs) {
        return Duration.ofMillis(Math.min(tmaxMs, settings.longestWait().toMillis()));
    }

    private static void answerAccepted(Exchange exchange, Outcome outcome, int count) {
        exchange.answer(outcome, json -> {
            json.writeStartObject();
            json.writeNumberField("accepted", count);
            json.writeEndObject();
        });
    }

    private void answerAds(
            Exchange exchange,
            List<Records.Valid> requests,
            List<CompletableFuture<Optional<Delivery>>> ads,
            boolean isBatch) {
        List<AdAnswer> answers = new ArrayList<>(ads.size());
        for (int i = 0; i < ads.size(); i++) {
            Optional<Delivery> ad = ads.get(i).join();
            counters.count(ad.isPresent() ? Counters.AdFate.DELIVERED : Counters.AdFate.NO_AD);
            answers.add(new AdAnswer(requests.get(i).event().text("request_id"), ad));
        }
        exchange.answer(Outcome.ACCEPTED, json -> {
            if (isBatch) {
                json.writeStartArray();
            }
            for (AdAnswer answer : answers) {
                answer.write(json);
            }
            if (isBatch) {
                json.writeEndArray();
            }
        });
    }

    private static void failed(Exchange exchange, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        LOG.error("{} failed", exchange.request().getHttpURI().getPath(), cause);
        exchange.refuse(RefusedException.later(
                Outcome.INTERNAL, "this is a fault of the edge, which its log tells more about", RETRY_KAFKA_S));
    }

    private static byte[] resource(String name) {
        try (InputStream in = EdgeHandler.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
