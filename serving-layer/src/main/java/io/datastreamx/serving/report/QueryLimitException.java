package io.datastreamx.serving.report;

import java.time.Duration;

/**
 * A question that takes more than one may. Others, and the next, are answered as before. The message says what to do.
 */
public final class QueryLimitException extends RuntimeException {
    private QueryLimitException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param limit after which it was ended */
    public static QueryLimitException ofTime(Duration limit, Throwable cause) {
        String text = limit.toMillis() % 1_000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
        return new QueryLimitException(
                "the question was ended after " + text + " (datastreamx.serving.query-timeout). " + ReportRows.SMALLER,
                cause);
    }

    /** @param limit bytes that all questions share */
    public static QueryLimitException ofMemory(long limit, Throwable cause) {
        return new QueryLimitException(
                "the question needs more memory than there is (datastreamx.serving.memory-limit is " + (limit >> 20)
                        + " MB, which all that are asked at a time share). " + ReportRows.SMALLER,
                cause);
    }
}
