package io.datastreamx.serving.report;

/** A query that has no answer: the message says what is wrong and what is allowed. */
public final class BadQueryException extends RuntimeException {
    public BadQueryException(String message) {
        super(message);
    }
}
