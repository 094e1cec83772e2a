package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.speed.dispatch.Endpoints.Endpoint;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks aggregators over HTTP/1.1 with connections that are kept. Thread-safe; no call blocks. */
final class AggregatorClient implements AutoCloseable {

    private static final int THREADS = 2;

    static {
        // Servers close idle connections, many after 30 s; a bid must not be sent on one that is being closed.
        if (System.getProperty("jdk.httpclient.keepalive.timeout") == null) {
            System.setProperty("jdk.httpclient.keepalive.timeout", "20");
        }
    }

    private final String currency;
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS, task -> daemon(task, "aggregators"));
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, task -> daemon(task, "aggregator-timeouts"));
    private final HttpClient http;

    AggregatorClient(String currency) {
        this.currency = currency;
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
                .POST(BodyPublishers.ofByteArray(BidRequestJson.write(request, timeoutMs, currency)))
                .build();
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(bidRequest, BodyHandlers.ofByteArray());
        // Not HttpRequest.timeout, which ends with the headers: a body that never ends would hold the opportunity for
        // ever.
        AtomicBoolean timedOut = new AtomicBoolean();
        Runnable giveUp = () -> {
            timedOut.set(true);
            exchange.cancel(true);
        };
        Future<?> limit = timer.schedule(giveUp, timeoutMs, TimeUnit.MILLISECONDS);
        return exchange.handleAsync(
                (response, failure) -> {
                    limit.cancel(false);
                    if (failure == null) {
                        return read(response, request, endpoint.maxPriceMicros());
                    }
                    return timedOut.get()
                            ? Answer.without(AttemptOutcome.TIMED_OUT, null)
                            : Answer.without(AttemptOutcome.CONNECTION_FAILED, failure.toString());
                },
                executor);
    }

    private Answer read(HttpResponse<byte[]> response, AdRequest request, long maxPriceMicros) {
        try {
            return BidResponses.read(response.statusCode(), response.body(), request, currency, maxPriceMicros);
        } catch (RuntimeException e) {
            return Answer.without(AttemptOutcome.UNREADABLE, e.toString());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        executor.shutdownNow();
    }
}
