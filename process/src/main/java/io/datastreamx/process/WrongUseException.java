package io.datastreamx.process;

/** Arguments that cannot be what was meant; nothing was done. The message shows the right use. */
public final class WrongUseException extends IllegalArgumentException implements Explained {
    private static final long serialVersionUID = 1;

    public WrongUseException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.WRONG_USE;
    }
}
