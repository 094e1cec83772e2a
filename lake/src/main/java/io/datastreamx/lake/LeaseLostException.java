package io.datastreamx.lake;

/** Another writer has taken over: this one must not commit any more, and has not since. */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LeaseLostException(String message) {
        super(message);
    }
}
