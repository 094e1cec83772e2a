package io.datastreamx.speed.dispatch;

import io.datastreamx.config.DispatchSettings;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.speed.dispatch.Endpoints.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

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
                .POST(BodyPublishers.ofByteArray(BidRequestJson.write(request, timeoutMs, currency, media)))
                .build();
        AtomicReference<LimitedBody> body = new AtomicReference<>();
        AtomicBoolean timedOut = new AtomicBoolean();
        AtomicReference<CompletableFuture<?>> begun = new AtomicReference<>();
        // Names are looked up here, on the threads that may wait for it.
        CompletableFuture<HttpResponse<LimitedBody.Bytes>> exchange = CompletableFuture.supplyAsync(
                        () -> Addresses.refusal(endpoint.uri().getHost(), endpoint.mayBePrivate()), executor)
                .thenCompose(refusal -> {
                    if (refusal.isPresent()) {
                        return CompletableFuture.failedFuture(new ConnectException(refusal.get()));
                    }
                    CompletableFuture<HttpResponse<LimitedBody.Bytes>> sent = http.sendAsync(bidRequest, head -> {
                        body.set(new LimitedBody(maxBodyBytes, room));
                        return body.get();
                    });
                    begun.set(sent);
                    if (timedOut.get()) {
                        sent.cancel(true);
                    }
                    return sent;
                });
        // Not HttpRequest.timeout, which ends with the headers: a body that never ends would hold the opportunity for
        // ever.
        Runnable giveUp = () -> {
            timedOut.set(true);
            CompletableFuture<?> sent = begun.get();
            if (sent != null) {
                sent.cancel(true);
            }
            exchange.cancel(true);
        };
        Future<?> limit = timer.schedule(giveUp, timeoutMs, TimeUnit.MILLISECONDS);
        return exchange.handleAsync(
                (response, failure) -> {
                    limit.cancel(false);
                    try {
                        if (failure == null) {
                            return read(response, request, endpoint.maxPriceMicros());
                        }
                        return timedOut.get() ? timedOut(timeoutMs < endpoint.timeoutMs()) : failed(failure);
                    } finally {
                        if (body.get() != null) {
                            body.get().release();
                        }
                    }
                },
                executor);
    }

    private Answer read(HttpResponse<LimitedBody.Bytes> response, AdRequest request, long maxPriceMicros) {
        try {
            byte[] json = new byte[0];
            if (response.statusCode() == 200) {
                if (response.body().refused() != null) {
                    return Answer.without(response.body().refused(), null);
                }
                String encoding = String.join(", ", response.headers().allValues("Content-Encoding"));
                Optional<byte[]> unpacked =
                        ContentEncoding.unpack(response.body().bytes(), encoding, maxBodyBytes);
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

    private static Answer timedOut(boolean cutShort) {
        return Answer.without(
                cutShort ? ResponseReason.ERROR_TIMED_OUT_CUT_SHORT : ResponseReason.ERROR_TIMED_OUT, null);
    }

    private static Answer failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        // The client refuses a 204 that announces a body, of chunks or of a length; there is no other sign of it.
        boolean noContent = cause instanceof IOException
                && String.valueOf(cause.getMessage()).contains("204 response");
        return noContent ? Answer.noBid(null) : Answer.without(ResponseReason.ERROR_BIDDER_UNREACHABLE, detail(cause));
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
