package io.datastreamx.lake;

import io.datastreamx.process.ExitCode;
import io.datastreamx.process.Explained;

/** Another writer has taken over: this one must not commit any more, and has not since. */
public final class LeaseLostException extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1;

    LeaseLostException(String message) {
        super(message);
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.NOT_THE_WRITER;
    }
}
