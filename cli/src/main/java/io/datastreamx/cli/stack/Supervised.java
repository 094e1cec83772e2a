package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One program kept alive: started, watched, started again after a growing pause when it ends by itself. */
final class Supervised {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** A program that ran this long starts again with the first pause. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    private static final int ATTEMPTS_TO_GET_READY = 3;
    private static final int LINES_OF_LOG = 15;

    private final Program program;
    private final Path log;
    private final Runnable changed;
    private final CountDownLatch firstOutcome = new CountDownLatch(1);
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    /** Starts the process and lives as long as it: the kernel's death signal is tied to the thread. */
    private final Thread watcher;

    private volatile Process process;
    private volatile boolean ready;
    private volatile String readyLine;
    private volatile int restarts;

    Supervised(Program program, Path log, Runnable changed) {
        this.program = program;
        this.log = log;
        this.changed = changed;
        this.watcher = new Thread(this::watch, "watch-" + program.name());
        watcher.setDaemon(true);
    }

    void start() {
        watcher.start();
    }

    String name() {
        return program.name();
    }

    int restarts() {
        return restarts;
    }

    Optional<StackState.Worker> worker() {
        Process current = process;
        return current == null
                ? Optional.empty()
                : Optional.of(StackState.Worker.of(current.toHandle(), restarts, ready));
    }

    /**
     * Waits for the line with which the program says that it serves.
     *
     * @return that line
     * @throws CliException with the end of its log if it does not get there
     */
    String awaitReady(Duration timeout) throws InterruptedException {
        boolean decided = firstOutcome.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (readyLine != null) {
            return readyLine;
        }
        throw new CliException(
                name() + (decided ? " ended before it was ready" : " was not ready after " + timeout.toSeconds() + " s")
                        + ". The end of " + log + ":\n" + String.join("\n", logTail()));
    }

    /** Asks the process to end, kills it after the grace, and returns when it is gone. */
    void stop(Duration grace) throws InterruptedException {
        stopAsked.countDown();
        Process current = process;
        if (current != null) {
            current.destroy();
            if (!current.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                current.destroyForcibly().waitFor();
            }
        }
        watcher.join();
    }

    private void watch() {
        try {
            if (stopAsked.await(program.delayMs(), TimeUnit.MILLISECONDS)) {
                return;
            }
            Duration pause = FIRST_PAUSE;
            for (int failures = 0; ; failures++) {
                long started = System.nanoTime();
                int code = runOnce();
                ready = false;
                if (readyLine == null && failures + 1 >= ATTEMPTS_TO_GET_READY) {
                    firstOutcome.countDown();
                }
                if (stopAsked.getCount() == 0) {
                    return;
                }
                if (System.nanoTime() - started > STEADY.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                note("ended with code " + code + "; it is started again in " + pause.toMillis() + " ms");
                if (stopAsked.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                restarts++;
            }
        } catch (IOException e) {
            note("cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            firstOutcome.countDown();
            changed.run();
        }
    }

    private int runOnce() throws IOException, InterruptedException {
        Process started = program.loggingTo(log)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        process = started;
        changed.run();
        if (stopAsked.getCount() == 0) {
            started.destroy();
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                note(line);
                if (line.startsWith("READY")) {
                    ready = true;
                    readyLine = line;
                    firstOutcome.countDown();
                    changed.run();
                }
            }
        } catch (IOException e) {
            note("its output cannot be read: " + e.getMessage());
        }
        return started.waitFor();
    }

    private synchronized void note(String line) {
        try {
            OwnerOnly.file(log);
            try (PrintStream out = new PrintStream(
                    Files.newOutputStream(log, StandardOpenOption.APPEND), true, StandardCharsets.UTF_8)) {
                out.println("[dsx] " + line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> logTail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return lines.subList(Math.max(0, lines.size() - LINES_OF_LOG), lines.size());
        } catch (IOException e) {
            return List.of("(no log: " + e.getMessage() + ")");
        }
    }
}
