package io.datastreamx.dataproc;

import io.datastreamx.process.ExitCode;
import io.datastreamx.process.Explained;

/**
 * What went wrong and what to do about it, for the operator: {@link ExitCode#WRONG_USE} where specs, environment or
 * arguments are wrong and nothing was sent, {@link ExitCode#FAILED} where Google refused or could not be reached.
 */
public final class SubmitException extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    SubmitException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    SubmitException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    static SubmitException wrongUse(String message) {
        return new SubmitException(ExitCode.WRONG_USE, message);
    }

    static SubmitException failed(String message) {
        return new SubmitException(ExitCode.FAILED, message);
    }

    @Override
    public ExitCode exitCode() {
        return exitCode;
    }
}
