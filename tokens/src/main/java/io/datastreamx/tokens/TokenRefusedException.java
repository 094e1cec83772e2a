package io.datastreamx.tokens;

/** A token that is not believed; the message says why, and holds nothing of it. */
public final class TokenRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    public TokenRefusedException(String message) {
        super(message, null, false, false);
    }
}
