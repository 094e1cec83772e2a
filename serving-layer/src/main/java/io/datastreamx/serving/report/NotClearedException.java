package io.datastreamx.serving.report;

/** A question about what the one who asks may not see: the message says what, and what may be asked instead. */
public final class NotClearedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotClearedException(String message) {
        super(message);
    }
}
