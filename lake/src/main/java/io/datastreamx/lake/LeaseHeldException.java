package io.datastreamx.lake;

import io.datastreamx.process.ExitCode;
import io.datastreamx.process.Explained;

/** A second writer was refused; the message names the one that holds the lease and when that ends. */
public final class LeaseHeldException extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1;

    LeaseHeldException(String message) {
        super(message);
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.NOT_THE_WRITER;
    }
}
