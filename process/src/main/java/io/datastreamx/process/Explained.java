package io.datastreamx.process;

/**
 * A failure whose message tells a person all there is to know: what happened, what is still safe and what to do. A
 * process that ends by it prints that message and no stack trace.
 */
public interface Explained {
    String getMessage();

    /** What the process ends with. */
    default ExitCode exitCode() {
        return ExitCode.FAILED;
    }
}
