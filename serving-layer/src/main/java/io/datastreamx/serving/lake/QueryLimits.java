package io.datastreamx.serving.lake;

import io.datastreamx.process.Background;
import io.datastreamx.serving.report.QueryLimitException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends statements that take longer than a question may, and tells what they failed by. Thread-safe. */
final class QueryLimits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLimits.class);
    /** DuckDB forgets a request to end that comes between two rows. */
    private static final long AGAIN_MS = 100;

    private final Duration timeout;
    private final long memoryLimit;
    private final ScheduledThreadPoolExecutor ender = (ScheduledThreadPoolExecutor) Background.named("query-timeout");

    QueryLimits(CopySettings settings) {
        this.timeout = settings.queryTimeout();
        this.memoryLimit = settings.memoryLimit();
        ender.setRemoveOnCancelPolicy(true);
    }

    /** The time of a statement begins. */
    Running of(Statement statement) {
        return new Running(statement);
    }

    @Override
    public void close() {
        ender.shutdownNow();
    }

    /** A statement from its start until nobody wants its rows any more. */
    final class Running implements AutoCloseable {
        private final Statement statement;
        private final long started = System.nanoTime();
        private final Future<?> end;
        private boolean closed;

        private Running(Statement statement) {
            this.statement = statement;
            this.end = ender.scheduleWithFixedDelay(this::end, timeout.toMillis(), AGAIN_MS, TimeUnit.MILLISECONDS);
        }

        /** Never one that another statement of the connection has followed. */
        private synchronized void end() {
            try {
                if (!closed) {
                    statement.cancel();
                }
            } catch (SQLException e) {
                LOG.debug("a statement ended by itself: {}", e.getMessage());
            }
        }

        /** @throws QueryLimitException where its time is over */
        void check() {
            if (isOver()) {
                throw QueryLimitException.ofTime(timeout, null);
            }
        }

        private boolean isOver() {
            return System.nanoTime() - started >= timeout.toNanos();
        }

        RuntimeException failed(SQLException e) {
            if (isOver()) {
                return QueryLimitException.ofTime(timeout, e);
            }
            return CopyException.isOutOfMemory(e)
                    ? QueryLimitException.ofMemory(memoryLimit, e)
                    : new CopyException("the copy could not answer", e);
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
            }
            end.cancel(false);
        }
    }
}
