package io.datastreamx.lake;

/** A second writer was refused; the message names the one that holds the lease and when that ends. */
public final class LeaseHeldException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LeaseHeldException(String message) {
        super(message);
    }
}
