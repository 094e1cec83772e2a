package io.datastreamx.cli.console;

import picocli.CommandLine;

/** What went wrong and what to do about it, for the person at the terminal; no stack trace. */
public final class CliException extends RuntimeException {
    private final int exitCode;

    public CliException(String message) {
        this(message, null);
    }

    public CliException(String message, Throwable cause) {
        this(message, cause, CommandLine.ExitCode.SOFTWARE);
    }

    private CliException(String message, Throwable cause, int exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The question was wrong, not the system: exit code 2. */
    public static CliException wrongUse(String message) {
        return new CliException(message, null, CommandLine.ExitCode.USAGE);
    }

    public int exitCode() {
        return exitCode;
    }
}
