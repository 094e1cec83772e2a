package io.datastreamx.cli.console;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;

/**
 * What a person watches: lines of what happens, and below them one line of live figures that is written over, or,
 * without a terminal, repeated now and then.
 */
public final class Terminal {
    private static final Duration PLAIN_EVERY = Duration.ofSeconds(10);
    private static final String ERASE_LINE = "\r\u001B[2K";

    private final PrintStream out;
    private final boolean plain;
    private final Clock clock;
    private final long startMs;
    private String figures = "";
    private long plainAtMs;

    /** @param plain without control characters, figures every ten seconds */
    public Terminal(PrintStream out, boolean plain, Clock clock) {
        this.out = out;
        this.plain = plain;
        this.clock = clock;
        this.startMs = clock.millis();
    }

    public synchronized void say(String what) {
        out.print(plain ? "" : ERASE_LINE);
        out.println(elapsed() + " " + what);
        out.print(plain ? "" : figures);
        out.flush();
    }

    public synchronized void figures(String line) {
        if (!plain) {
            figures = line;
            out.print(ERASE_LINE + line);
            out.flush();
        } else if (clock.millis() >= plainAtMs) {
            plainAtMs = clock.millis() + PLAIN_EVERY.toMillis();
            out.println(elapsed() + " " + line);
            out.flush();
        }
    }

    /** No more figures; the last ones stay where they are. */
    public synchronized void endFigures() {
        if (!plain && !figures.isEmpty()) {
            figures = "";
            out.println();
        }
    }

    private String elapsed() {
        long seconds = (clock.millis() - startMs) / 1000;
        return "%02d:%02d".formatted(seconds / 60, seconds % 60);
    }
}
