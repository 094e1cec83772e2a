package io.datastreamx.warehouse;

/** A statement would bill more than is allowed. It did not run, and billed nothing. */
public final class TooExpensiveException extends WarehouseException {
    TooExpensiveException(int status, String message) {
        super(status, message);
    }
}
