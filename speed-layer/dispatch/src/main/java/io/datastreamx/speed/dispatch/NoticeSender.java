package io.datastreamx.speed.dispatch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls the notice URLs of bids, apart from everything that boxes wait for: with threads and connections of its own, so
 * many of each aggregator's at a time and no more. A notice counts at the other side as soon as it may have been read
 * there, so it is repeated only where that cannot be: no connection came about, or the answer was 429 or 503. What
 * waits when the process ends is lost. Thread-safe; no call blocks.
 */
final class NoticeSender implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 1_000;
    private static final int ATTEMPTS = 3;
    private static final long FIRST_PAUSE_MS = 500;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private final Counters counters;
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(THREADS, task -> {
        Thread thread = new Thread(task, "notices");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient http;
    private final Map<String, AtomicInteger> waiting = new ConcurrentHashMap<>();

    /**
     * A notice on its way.
     *
     * @param trustedHost that of the aggregator's endpoint, which the policy allows us to call, wherever it lies
     */
    private record Notice(String aggregatorId, String trustedHost, String url) {}

    NoticeSender(Counters counters) {
        this.counters = counters;
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT)
                .executor(executor)
                .build();
    }

    /** @param url null for none */
    void send(String aggregatorId, String trustedHost, String url) {
        if (url == null) {
            return;
        }
        AtomicInteger count = waiting.computeIfAbsent(aggregatorId, id -> new AtomicInteger());
        if (count.incrementAndGet() > MAX_WAITING) {
            count.decrementAndGet();
            counters.notice(aggregatorId, NoticeFate.NOTICE_DROPPED, null);
            return;
        }
        Notice notice = new Notice(aggregatorId, trustedHost, url);
        later(notice, 1, 0);
    }

    private void later(Notice notice, int attempt, long pauseMs) {
        try {
            executor.schedule(() -> attempt(notice, attempt), pauseMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            done(notice, NoticeFate.NOTICE_DROPPED, "dispatch ends");
        }
    }

    private void attempt(Notice notice, int attempt) {
        HttpRequest request;
        try {
            URI uri = HttpUrl.toUri(notice.url());
            if (uri.getHost() == null) {
                throw new IOException("no host");
            }
            Optional<String> refusal =
                    Addresses.refusal(uri.getHost(), uri.getHost().equalsIgnoreCase(notice.trustedHost()));
            if (refusal.isPresent()) {
                done(notice, NoticeFate.NOTICE_REFUSED, refusal.get());
                return;
            }
            request = HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).build();
        } catch (IllegalArgumentException | IOException e) {
            done(notice, NoticeFate.NOTICE_REFUSED, AggregatorClient.detail(e));
            return;
        }
        // Nobody reads what is answered, and it may have no end.
        http.sendAsync(request, head -> new Unread())
                .whenComplete((response, failure) -> answered(notice, attempt, response, failure));
    }

    private void answered(Notice notice, int attempt, HttpResponse<Void> response, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        int status = response == null ? 0 : response.statusCode();
        boolean unread = cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || status == 429
                || status == 503;
        if (status / 100 == 2) {
            done(notice, NoticeFate.NOTICE_SENT, null);
        } else if (unread && attempt < ATTEMPTS) {
            later(notice, attempt + 1, FIRST_PAUSE_MS << 2 * (attempt - 1));
        } else {
            done(notice, NoticeFate.NOTICE_FAILED, cause == null ? "status " + status : AggregatorClient.detail(cause));
        }
    }

    private void done(Notice notice, NoticeFate fate, String detail) {
        waiting.get(notice.aggregatorId()).decrementAndGet();
        counters.notice(notice.aggregatorId(), fate, detail);
    }

    /** Ends a body before its first byte. */
    private static final class Unread implements BodySubscriber<Void> {
        private final BodySubscriber<Void> nothing = BodySubscribers.replacing(null);

        @Override
        public CompletionStage<Void> getBody() {
            return nothing.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
            nothing.onComplete();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {
            nothing.onComplete();
        }

        @Override
        public void onComplete() {
            nothing.onComplete();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
