package io.datastreamx.speed.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request and its one answer. Whoever answers first does; what it holds of the room is given back then. */
final class Exchange {
    private static final JsonFactory JSON = new JsonFactory();
    private static final double NANOS_PER_MS = 1e6;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Room.Share share;
    private final Counters counters;
    private final Runnable done;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile long handedOn;
    private volatile long acknowledged;

    /** @param done run once, when the answer is on its way */
    Exchange(
            Request request, Response response, Callback callback, Room.Share share, Counters counters, Runnable done) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.share = share;
        this.counters = counters;
        this.done = done;
    }

    @FunctionalInterface
    interface Json {
        void write(JsonGenerator json) throws IOException;
    }

    Request request() {
        return request;
    }

    Response response() {
        return response;
    }

    Room.Share share() {
        return share;
    }

    /** Kafka's client has the records. */
    void handedOn() {
        handedOn = System.nanoTime();
    }

    /** Kafka has the records. */
    void acknowledged() {
        acknowledged = System.nanoTime();
        share.give();
    }

    /** The answer is written by somebody else from now on, who ends it with the callback that this returns. */
    Callback detach(Outcome outcome) {
        answered.set(true);
        counters.count(outcome);
        return Callback.from(callback, this::end);
    }

    void answer(Outcome outcome, Json body) {
        answer(outcome, "application/json", bytes(body));
    }

    void answer(Outcome outcome, String type, byte[] body) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        counters.count(outcome);
        response.setStatus(outcome.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (acknowledged != 0) {
            response.getHeaders().put("Server-Timing", timing());
        }
        end();
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    void refuse(RefusedException why) {
        if (why.retryAfterS() >= 0) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, Integer.toString(why.retryAfterS()));
        }
        if (why.outcome() == Outcome.UNAUTHORIZED) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        }
        if (why.outcome() == Outcome.STOPPING) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        answer(why.outcome(), json -> error(json, why.outcome(), why.getMessage(), why.field(), why.index()));
    }

    /** @param field may be null; {@code index} negative for none */
    static void error(JsonGenerator json, Outcome outcome, String message, String field, int index) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("error");
        json.writeStringField("code", outcome.code());
        json.writeStringField("message", message);
        if (field != null) {
            json.writeStringField("field", field);
        }
        if (index >= 0) {
            json.writeNumberField("index", index);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    static byte[] bytes(Json body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory", e);
        }
        return bytes.toByteArray();
    }

    /** What the records' way took: to Kafka's client, and from there until Kafka has them. */
    private String timing() {
        return String.format(
                Locale.ROOT,
                "edge;dur=%.3f, kafka;dur=%.3f",
                (handedOn - request.getBeginNanoTime()) / NANOS_PER_MS,
                (acknowledged - handedOn) / NANOS_PER_MS);
    }

    private void end() {
        share.give();
        done.run();
    }
}
