package io.datastreamx.speed.dispatch;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the latest requests have come, by what the log of events has of all dispatchers. Whoever takes over a
 * partition goes on from there. Thread-safe.
 */
final class AnsweredRequests {
    /** Of {@link #attempts}: nobody is to be asked any more. */
    static final int DONE = Integer.MAX_VALUE;

    private static final int CAPACITY = 300_000;

    private final long lifeMs;
    private final Map<String, Progress> requests = new LinkedHashMap<>();

    /** @param sinceMs when the log first spoke of the request */
    private record Progress(int attempts, long sinceMs) {}

    /** @param life after which no decision on a request is dispatched any more */
    AnsweredRequests(Duration life) {
        this.lifeMs = life.toMillis();
    }

    /**
     * An attempt is over.
     *
     * @param attempts its number; {@link #DONE} where it filled
     * @param atMs when the log got it
     */
    synchronized void add(String requestId, int attempts, long atMs) {
        requests.merge(
                requestId,
                new Progress(attempts, atMs),
                (before, now) -> new Progress(Math.max(before.attempts(), attempts), before.sinceMs()));
        Iterator<Progress> oldest = requests.values().iterator();
        while (oldest.hasNext() && (oldest.next().sinceMs() < atMs - lifeMs || requests.size() > CAPACITY)) {
            oldest.remove();
        }
    }

    /** How many of those in its order have had their turn; 0 for a request that the log does not know. */
    synchronized int attempts(String requestId) {
        Progress progress = requests.get(requestId);
        return progress == null ? 0 : progress.attempts();
    }
}
