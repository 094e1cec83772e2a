package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.process.Notice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One program kept alive: started, watched, started again after a growing pause when it ends by itself or cannot be
 * started. No failure of a disk ends the watch: what cannot be written down is left out of the log, and said there
 * later.
 */
final class Supervised {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** A program that ran this long starts again with the first pause. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    /** How long the last lines of a process that has ended are waited for. */
    private static final Duration LAST_LINES = Duration.ofSeconds(1);

    private static final int LINES_OF_LOG = 15;

    private final Program program;
    private final Path log;
    private final ProcessLog output;
    private final Runnable changed;
    private final CountDownLatch firstOutcome = new CountDownLatch(1);
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    /** Starts the process and lives as long as it: the kernel's death signal is tied to the thread. */
    private final Thread watcher;

    private volatile Process process;
    private volatile boolean ready;
    private volatile String readyLine;
    private volatile int restarts;
    private volatile Ends ends = Ends.NONE;
    private final List<StackNotice> notices = new CopyOnWriteArrayList<>();

    Supervised(Program program, Path log, Runnable changed) {
        this.program = program;
        this.log = log;
        this.output = new ProcessLog(log);
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
                : Optional.of(StackState.Worker.of(current.toHandle(), restarts, ready, ends));
    }

    /** What the process told the operator, over all its lives. */
    List<StackNotice> notices() {
        return notices;
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
            while (true) {
                long started = System.nanoTime();
                String error = live();
                boolean wasReady = ready;
                ready = false;
                if (stopAsked.getCount() == 0) {
                    return;
                }
                ends = ends.with(Instant.now(), wasReady, error);
                if (ends.neverReady() >= Ends.NEVER_READY) {
                    firstOutcome.countDown();
                }
                if (System.nanoTime() - started > STEADY.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                output.note("it is started again in " + pause.toMillis() + " ms");
                changed();
                if (stopAsked.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                restarts++;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            firstOutcome.countDown();
            changed();
        }
    }

    /** From start to end. @return why it ended, as far as it said so */
    private String live() throws InterruptedException {
        LastWords words = new LastWords(name());
        try {
            Process started = program.process()
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            process = started;
            changed();
            if (stopAsked.getCount() == 0) {
                started.destroy();
            }
            Thread errors = new Thread(() -> copyErrors(started, words), "errors-" + name());
            errors.setDaemon(true);
            errors.start();
            copyOutput(started, words);
            int code = started.waitFor();
            errors.join(LAST_LINES.toMillis());
            output.note("ended with code " + code);
            return words.orElse("it ended with code " + code + " and said nothing");
        } catch (IOException | RuntimeException e) {
            output.note("cannot be started: " + e.getMessage());
            return "it cannot be started: " + e.getMessage();
        }
    }

    private void copyOutput(Process from, LastWords words) {
        copy(from.getInputStream(), line -> {
            output.note(line);
            if (line.startsWith("READY")) {
                ready = true;
                readyLine = line;
                ends = ends.served();
                firstOutcome.countDown();
                changed();
            } else if (line.startsWith(Notice.MARK)) {
                notices.add(new StackNotice(Instant.now(), name(), line.substring(Notice.MARK.length())));
                changed();
            } else {
                words.hear(line);
            }
        });
    }

    private void copyErrors(Process from, LastWords words) {
        copy(from.getErrorStream(), line -> {
            output.append(line);
            words.hear(line);
        });
    }

    private void copy(InputStream from, Consumer<String> each) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                each.accept(line);
            }
        } catch (IOException e) {
            output.note("its output cannot be read: " + e.getMessage());
        }
    }

    /** Who is told may fail, which is no reason to stop watching. */
    private void changed() {
        try {
            changed.run();
        } catch (RuntimeException e) {
            output.note("a change of state could not be told: " + e);
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
