package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.cli.stack.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs a night now and then, never two at once: the next begins a fixed time after the last began, or when the last has
 * ended if that is later. All nights run in one process that stays ({@code --standby}), started at once so that the
 * first night finds it warm; where it dies, that night has failed and the next one starts another.
 */
final class NightSchedule implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Supplier<Program> program;
    private final Path log;
    private final Duration first;
    private final Duration every;
    private final Consumer<String> say;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "nights");

    private volatile Standby standby;
    private volatile String state = "";
    /** {@link System#nanoTime} when the night under way began; 0 while there is none. */
    private volatile long underWaySince;

    private volatile int completed;
    private volatile int failed;
    private volatile boolean noMore;

    /**
     * @param program reads a line per night and prints a line of JSON, with its {@code exit_code}, when that night has
     *     ended
     * @param first time from the start to the first night
     * @param every time from one night's start to the next one's
     */
    NightSchedule(Supplier<Program> program, Path log, Duration first, Duration every, Consumer<String> say) {
        this.program = program;
        this.log = log;
        this.first = first;
        this.every = every;
        this.say = say;
    }

    /** Begins to wait for the first night. */
    NightSchedule start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    int completed() {
        return completed;
    }

    int failed() {
        return failed;
    }

    /** What the night under way is doing, or when the next one begins. */
    String state() {
        long since = underWaySince;
        return since == 0 ? state : state + " for " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since) + " s";
    }

    /** From now on none begins; one that is under way goes on. */
    void noMore() {
        noMore = true;
    }

    private void run() {
        try {
            getReady();
            boolean over = pauseFor(first);
            for (int number = 1; !over; number++) {
                long started = System.nanoTime();
                one(number);
                over = pauseFor(every.minusNanos(System.nanoTime() - started));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A failure here is told by the first night, which tries again. */
    private void getReady() {
        try {
            standby = new Standby(program.get(), log);
        } catch (IOException e) {
            standby = null;
        }
    }

    /** @return whether there is to be no further night */
    private boolean pauseFor(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + Math.max(0, pause.toNanos());
        do {
            state = "next night in " + Math.max(0, TimeUnit.NANOSECONDS.toSeconds(until - System.nanoTime())) + " s";
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
        underWaySince = started;
        String failure = "";
        JsonNode report = null;
        try {
            if (standby == null || !standby.isAlive()) {
                standby = new Standby(program.get(), log);
            }
            report = standby.night().orElse(null);
            failure = report == null ? "its process ended" : failureOf(report);
        } catch (IOException e) {
            failure = e.getMessage();
        } finally {
            underWaySince = 0;
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
        if (failure.isEmpty()) {
            completed++;
            say.accept("night " + number + " done in " + seconds + " s" + learned(report));
        } else if (stopAsked.getCount() == 0) {
            say.accept("night " + number + " was cut off; the next one finishes what it began");
        } else {
            failed++;
            say.accept("night " + number + " FAILED after " + seconds + " s: " + failure + "; see " + log);
        }
    }

    private static String failureOf(JsonNode report) {
        int code = report.path("exit_code").asInt(1);
        return code == 0 ? "" : "code " + code;
    }

    private static String learned(JsonNode report) {
        for (JsonNode step : report.path("steps")) {
            if (step.path("step").asText().equals("promote")) {
                return step.path("status").asText().equals("skipped")
                        ? "; no new model: " + step.path("message").asText()
                        : "; " + step.at("/result/model_version").asText() + " promoted";
            }
        }
        return "";
    }

    /** Gives a night that is under way some time to end, then stops it; any later night finishes what it began. */
    @Override
    public void close() {
        noMore = true;
        try {
            thread.join(GRACE.toMillis());
            stopAsked.countDown();
            Standby process = standby;
            if (process != null) {
                process.stop(GRACE);
            }
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process that the nights run in. */
    private static final class Standby {
        private static final ObjectMapper MAPPER = new ObjectMapper();

        private final Process process;
        private final BufferedReader answers;
        private final Path log;

        Standby(Program program, Path log) throws IOException {
            this.log = log;
            this.process = program.loggingTo(log).start();
            this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /** @return what the night printed at its end; empty where the process ended before */
        Optional<JsonNode> night() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            try (PrintStream copy = new PrintStream(
                    Files.newOutputStream(log, StandardOpenOption.APPEND), true, StandardCharsets.UTF_8)) {
                for (String line; (line = answers.readLine()) != null; ) {
                    copy.println(line);
                    if (line.startsWith("{")) {
                        return Optional.of(MAPPER.readTree(line));
                    }
                }
            }
            return Optional.empty();
        }

        void stop(Duration grace) throws InterruptedException {
            process.destroy();
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
