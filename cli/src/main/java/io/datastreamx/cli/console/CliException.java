package io.datastreamx.cli.console;

import io.datastreamx.process.ExitCode;
import io.datastreamx.process.Explained;

/** What went wrong and what to do about it, for the person at the terminal; no stack trace. */
public final class CliException extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    public CliException(String message) {
        this(message, null);
    }

    public CliException(String message, Throwable cause) {
        this(message, cause, ExitCode.FAILED);
    }

    private CliException(String message, Throwable cause, ExitCode exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The question was wrong, not the system: exit code 2. */
    public static CliException wrongUse(String message) {
        return new CliException(message, null, ExitCode.WRONG_USE);
    }

    @Override
    public ExitCode exitCode() {
        return exitCode;
    }
}
