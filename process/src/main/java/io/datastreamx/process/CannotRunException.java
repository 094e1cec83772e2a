package io.datastreamx.process;

/** What a process cannot work without is missing, refused or lost; the message says what it is and what to do. */
public class CannotRunException extends IllegalStateException implements Explained {
    private static final long serialVersionUID = 1;

    public CannotRunException(String message) {
        super(message);
    }

    public CannotRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
