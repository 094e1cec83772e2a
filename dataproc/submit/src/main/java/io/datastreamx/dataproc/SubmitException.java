package io.datastreamx.dataproc;

/** What went wrong and what to do about it, for the operator. */
public final class SubmitException extends RuntimeException {
    /** Whose fault it is, and so the exit code. */
    public enum Kind {
        /** Specs, environment or arguments are wrong; nothing was sent. */
        WRONG_USE,
        /** Google refused, or could not be reached. */
        FAILED
    }

    private final transient Kind kind;

    SubmitException(Kind kind, String message) {
        this(kind, message, null);
    }

    SubmitException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    static SubmitException wrongUse(String message) {
        return new SubmitException(Kind.WRONG_USE, message);
    }

    static SubmitException failed(String message) {
        return new SubmitException(Kind.FAILED, message);
    }

    public Kind kind() {
        return kind;
    }
}
