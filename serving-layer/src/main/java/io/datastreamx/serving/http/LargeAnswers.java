package io.datastreamx.serving.http;

import io.datastreamx.serving.report.Report;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets few reports be held in memory at once, however many ask: each waits for its turn, and keeps it until a large
 * answer is written, so that slow readers of many large ones cannot fill the heap.
 */
final class LargeAnswers {
    private static final int AT_ONCE = 3;
    private static final int SMALL_ROWS = 1_000;
    private static final long PATIENCE_S = 60;

    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /** @throws IllegalStateException where others go on for too long, or the wait was interrupted */
    Turn await() {
        try {
            if (!turns.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "other reports are being answered since a minute; try again, or ask for fewer rows with limit=");
            }
            return new Turn();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("this server is about to end", e);
        }
    }

    /** Ends at the latest when it is closed. */
    final class Turn implements AutoCloseable {
        private boolean ended;

        /** What is small may take as long as its reader likes. */
        void isFor(Report report) {
            if (report.rows().size() <= SMALL_ROWS) {
                close();
            }
        }

        @Override
        public void close() {
            if (!ended) {
                ended = true;
                turns.release();
            }
        }
    }
}
