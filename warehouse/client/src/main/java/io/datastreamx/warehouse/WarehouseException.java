package io.datastreamx.warehouse;

import io.datastreamx.process.Explained;

/** BigQuery refused or could not be reached. The message says what, what is still safe, and what to do. */
public class WarehouseException extends RuntimeException implements Explained {
    private final int status;

    WarehouseException(int status, String message) {
        super(message);
        this.status = status;
    }

    public WarehouseException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** The HTTP status of the answer; 0 without one. */
    public int status() {
        return status;
    }
}
