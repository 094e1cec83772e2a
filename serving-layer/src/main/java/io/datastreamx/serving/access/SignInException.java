package io.datastreamx.serving.access;

/** Nobody can tell who asks; the message says why, and holds nothing of what was sent. */
public final class SignInException extends Exception {
    private static final long serialVersionUID = 1L;

    SignInException(String message) {
        super(message, null, false, false);
    }
}
