package io.datastreamx.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs a night now and then, never two at once: the next begins a fixed time after the last began, or when the last has ended if that is later. */
final class NightSchedule implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Supplier<Program> program;
    private final Path log;
    private final Duration first;
    private final BooleanSupplier enough;
    private final Duration every;
    private final Consumer<String> say;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "nights");

    private volatile Process running;
    private volatile String state = "";
    private volatile int completed;
    private volatile int failed;
    private volatile boolean noMore;

    /**
     * @param first time from now to the first night
     * @param enough whether there is enough to learn from; the first night waits for it, up to three times as long
     * @param every time from one night's start to the next one's
     */
    NightSchedule(
            Supplier<Program> program,
            Path log,
            Duration first,
            BooleanSupplier enough,
            Duration every,
            Consumer<String> say) {
        this.program = program;
        this.log = log;
        this.first = first;
        this.enough = enough;
        this.every = every;
        this.say = say;
        thread.setDaemon(true);
        thread.start();
    }

    int completed() {
        return completed;
    }

    int failed() {
        return failed;
    }

    /** What the night under way is doing, or when the next one begins. */
    String state() {
        Process night = running;
        return night == null
                ? state
                : state + " for "
                        + night.info()
                                .startInstant()
                                .map(at -> Duration.between(at, Instant.now()).toSeconds())
                                .orElse(0L)
                        + " s";
    }

    /** From now on none begins; one that is under way goes on. */
    void noMore() {
        noMore = true;
    }

    private void run() {
        try {
            boolean over = pauseFor(first);
            long giveUp = System.nanoTime() + 2 * first.toNanos();
            while (!over && !enough.getAsBoolean() && System.nanoTime() < giveUp) {
                over = pauseFor(LOOK_AGAIN, "the first night waits for more to learn from");
            }
            for (int number = 1; !over; number++) {
                long started = System.nanoTime();
                one(number);
                over = pauseFor(every.minusNanos(System.nanoTime() - started));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether there is to be no further night */
    private boolean pauseFor(Duration pause) throws InterruptedException {
        return pauseFor(pause, "");
    }

    /** @param why what to show meanwhile; empty for the time that is left */
    private boolean pauseFor(Duration pause, String why) throws InterruptedException {
        long until = System.nanoTime() + Math.max(0, pause.toNanos());
        do {
            long seconds = Math.max(0, TimeUnit.NANOSECONDS.toSeconds(until - System.nanoTime()));
            state = why.isEmpty() ? "next night in " + seconds + " s" : why;
            if (stopAsked.await(200, TimeUnit.MILLISECONDS) || noMore) {
                state = "no more nights";
                return true;
            }
        } while (System.nanoTime() < until);
        return false;
    }

    private void one(int number) throws InterruptedException {
        long started = System.nanoTime();
        say.accept("night " + number + " begins");
        state = "night " + number;
        int code = execute(number);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
        if (code == 0) {
            completed++;
            say.accept("night " + number + " done in " + seconds + " s");
        } else if (stopAsked.getCount() == 0) {
            say.accept("night " + number + " was cut off; the next one finishes what it began");
        } else {
            failed++;
            say.accept("night " + number + " FAILED with code " + code + " after " + seconds + " s; see " + log);
        }
    }

    private int execute(int number) throws InterruptedException {
        try (PrintStream copy = new PrintStream(
                Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                true,
                StandardCharsets.UTF_8)) {
            Process process = new ProcessBuilder(program.get().command())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            running = process;
            if (stopAsked.getCount() == 0) {
                process.destroy();
            }
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line; (line = lines.readLine()) != null; ) {
                    copy.println(line);
                }
            }
            return process.waitFor();
        } catch (IOException e) {
            say.accept("night " + number + " could not be started: " + e.getMessage());
            return 1;
        } finally {
            running = null;
        }
    }

    /** Gives a night that is under way some time to end, then stops it; any later night finishes what it began. */
    @Override
    public void close() {
        noMore = true;
        try {
            thread.join(GRACE.toMillis());
            stopAsked.countDown();
            Process process = running;
            if (process != null) {
                process.destroy();
                if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            }
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
