package io.datastreamx.speed.dispatch;

import io.datastreamx.config.DispatchSettings;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.speed.dispatch.Endpoints.Endpoint;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Asks aggregators over HTTP/1.1 with connections that are kept. Thread-safe; no call blocks. */
final class AggregatorClient implements AutoCloseable {

    private static final int THREADS = 2;
    /** Of the heap, for large bodies. */
    private static final int ROOM_SHARE = 8;

    private static final int MAX_DETAIL = 200;

    static {
        // Servers close idle connections, many after 30 s; a bid must not be sent on one that is being closed.
        if (System.getProperty("jdk.httpclient.keepalive.timeout") == null) {
            System.setProperty("jdk.httpclient.keepalive.timeout", "20");
        }
    }

    private final String currency;
    private final int maxBodyBytes;
    private final int maxWrappers;
    private final MediaFile.Limits media;
    private final BidResponses responses;
    private final BodyRoom room = new BodyRoom(Runtime.getRuntime().maxMemory() / ROOM_SHARE);
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS, task -> daemon(task, "aggregators"));
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, task -> daemon(task, "aggregator-timeouts"));
    private final HttpClient http;

    AggregatorClient(String currency, DispatchSettings settings) {
        this.currency = currency;
        this.maxBodyBytes = (int) settings.maxBodyBytes();
        this.maxWrappers = settings.maxWrappers();
        this.media = new MediaFile.Limits(settings.maxMediaHeight(), settings.maxMediaBitrate());
        this.responses = new BidResponses(currency, media);
        timer.setRemoveOnCancelPolicy(true);
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(executor)
                .build();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * @param timeoutMs until the last byte of the answer
     * @return never fails: whatever goes wrong is an answer too
     */
    CompletableFuture<Answer> ask(Endpoint endpoint, AdRequest request, long timeoutMs) {
        HttpRequest bidRequest = HttpRequest.newBuilder(endpoint.uri())
                .header("Content-Type", "application/json")
                .header("x-openrtb-version", "2.6")
                .header("Accept-Encoding", ContentEncoding.ACCEPTED)
                .POST(BodyPublishers.ofByteArray(
                        BidRequestJson.write(request, timeoutMs, currency, media, maxWrappers > 0)))
                .build();
        BoundedFetch fetch = new BoundedFetch(http, executor, maxBodyBytes, room);
        CompletableFuture<Answer> exchange = fetch.send(
                        bidRequest,
                        endpoint.mayBePrivate(),
                        response -> read(response, request, endpoint.maxPriceMicros()))
                .thenCompose(answer -> unwrapped(answer, fetch, request, endpoint, maxWrappers));
        // Not HttpRequest.timeout, which ends with the headers: a body that never ends would hold the opportunity for
        // ever.
        Runnable giveUp = () -> {
            fetch.giveUp();
            exchange.cancel(true);
        };
        Future<?> limit = timer.schedule(giveUp, timeoutMs, TimeUnit.MILLISECONDS);
        return exchange.handleAsync(
                (answer, failure) -> {
                    limit.cancel(false);
                    if (failure == null) {
                        return answer;
                    }
                    return fetch.isOver() ? timedOut(timeoutMs < endpoint.timeoutMs()) : failed(failure);
                },
                executor);
    }

    /** Fetches what the ad's markup wraps, again and again while there is something. */
    private CompletableFuture<Answer> unwrapped(
            Answer answer, BoundedFetch fetch, AdRequest request, Endpoint endpoint, int left) {
        if (!answer.isWrapped()) {
            return CompletableFuture.completedFuture(answer);
        }
        if (left == 0) {
            return CompletableFuture.completedFuture(
                    answer.refused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, "wrapped too often"));
        }
        HttpRequest next;
        try {
            next = HttpRequest.newBuilder(HttpUrl.toUri(answer.ad().creative().wrappedAt()))
                    .header("Accept-Encoding", ContentEncoding.ACCEPTED)
                    .build();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(
                    answer.refused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, "it leads nowhere"));
        }
        return fetch.send(next, endpoint.mayBePrivate(), response -> around(answer, response, request))
                .handle((wrapped, failure) -> failure == null || fetch.isOver()
                        ? wrapped
                        : answer.refused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, detail(cause(failure))))
                .thenCompose(wrapped -> wrapped == null
                        ? CompletableFuture.failedFuture(new IOException("no time is left"))
                        : unwrapped(wrapped, fetch, request, endpoint, left - 1));
    }

    private Answer around(Answer answer, HttpResponse<LimitedBody.Bytes> response, AdRequest request) {
        try {
            if (response.statusCode() != 200) {
                return answer.refused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, "status " + response.statusCode());
            }
            byte[] document = body(response).orElse(null);
            return document == null
                    ? answer.refused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, "too large")
                    : answer.around(responses.vast(new String(document, StandardCharsets.UTF_8), request));
        } catch (MarkupException e) {
            return answer.refused(e.reason(), e.getMessage());
        } catch (IOException e) {
            return answer.refused(ResponseReason.RESPONSE_REJECTED_VAST_WRAPPER, detail(e));
        }
    }

    private Answer read(HttpResponse<LimitedBody.Bytes> response, AdRequest request, long maxPriceMicros) {
        try {
            byte[] json = new byte[0];
            if (response.statusCode() == 200) {
                if (response.body().refused() != null) {
                    return Answer.without(response.body().refused(), null);
                }
                Optional<byte[]> unpacked = body(response);
                if (unpacked.isEmpty()) {
                    return Answer.without(ResponseReason.ERROR_BODY_TOO_LARGE, "unpacked");
                }
                json = unpacked.get();
            }
            return responses.read(response.statusCode(), json, request, maxPriceMicros);
        } catch (IOException e) {
            return Answer.without(ResponseReason.ERROR_CONTENT_ENCODING, detail(e));
        } catch (RuntimeException e) {
            return Answer.without(ResponseReason.ERROR_GENERAL, detail(e));
        }
    }

    /** Unpacked; empty where it was not read to its end, or is too large unpacked. */
    private Optional<byte[]> body(HttpResponse<LimitedBody.Bytes> response) throws IOException {
        if (response.body().refused() != null) {
            return Optional.empty();
        }
        String encoding = String.join(", ", response.headers().allValues("Content-Encoding"));
        return ContentEncoding.unpack(response.body().bytes(), encoding, maxBodyBytes);
    }

    private static Answer timedOut(boolean cutShort) {
        return Answer.without(
                cutShort ? ResponseReason.ERROR_TIMED_OUT_CUT_SHORT : ResponseReason.ERROR_TIMED_OUT, null);
    }

    private static Answer failed(Throwable failure) {
        Throwable cause = cause(failure);
        // The client refuses a 204 that announces a body, of chunks or of a length; there is no other sign of it.
        boolean noContent = cause instanceof IOException
                && String.valueOf(cause.getMessage()).contains("204 response");
        return noContent ? Answer.noBid(null) : Answer.without(ResponseReason.ERROR_BIDDER_UNREACHABLE, detail(cause));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    /** For a line of the log, whatever the other side put into it. */
    static String detail(Throwable failure) {
        String text = failure.toString().replaceAll("\\p{Cntrl}", " ");
        return text.substring(0, Math.min(MAX_DETAIL, text.length()));
    }

    /** Bytes that large bodies may still take. */
    long roomLeft() {
        return room.left();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        executor.shutdownNow();
    }
}
