package io.datastreamx.speed.dispatch;

import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The HTTP requests of one attempt, one after the other, all within its time limit and the bounds of its bodies. Names
 * are looked up on threads that may wait for it. Thread-safe.
 */
final class BoundedFetch {
    private final HttpClient http;
    private final Executor executor;
    private final int maxBodyBytes;
    private final BodyRoom room;
    private CompletableFuture<?> underWay;
    private boolean over;

    BoundedFetch(HttpClient http, Executor executor, int maxBodyBytes, BodyRoom room) {
        this.http = http;
        this.executor = executor;
        this.maxBodyBytes = maxBodyBytes;
        this.room = room;
    }

    /**
     * @param mayBePrivate whether the host may lie in a network of our own
     * @param read makes something of the response; its body is gone afterwards
     * @return fails with a {@link ConnectException} where the host may not be called
     */
    <T> CompletableFuture<T> send(
            HttpRequest request, boolean mayBePrivate, Function<HttpResponse<LimitedBody.Bytes>, T> read) {
        LimitedBody body = new LimitedBody(maxBodyBytes, room);
        return CompletableFuture.supplyAsync(
                        () -> Addresses.refusal(request.uri().getHost(), mayBePrivate), executor)
                .thenCompose(refusal -> begin(request, body, refusal))
                .thenApplyAsync(read, executor)
                .whenComplete((made, failure) -> body.release());
    }

    private synchronized CompletableFuture<HttpResponse<LimitedBody.Bytes>> begin(
            HttpRequest request, LimitedBody body, Optional<String> refusal) {
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(new ConnectException(refusal.get()));
        }
        if (over) {
            return CompletableFuture.failedFuture(new ConnectException("no time is left"));
        }
        CompletableFuture<HttpResponse<LimitedBody.Bytes>> sent = http.sendAsync(request, head -> body);
        underWay = sent;
        return sent;
    }

    /** The time is up: what is under way ends, and nothing more begins. */
    synchronized void giveUp() {
        over = true;
        if (underWay != null) {
            underWay.cancel(true);
        }
    }

    synchronized boolean isOver() {
        return over;
    }
}
