package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The night in the middle of a day, as {@code dsx batch} starts it. */
final class DayNight implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final long GRACE_S = 20;

    private final Process process;
    private final Path report;
    private final ProcessWatch watch;
    private final long fromMs = System.currentTimeMillis();
    private final Thread thread = new Thread(this::follow, "night");
    private volatile long toMs;

    DayNight(DayStack stack, Path folder, ProcessWatch watch) throws IOException {
        this.report = folder.resolve("night-report.json");
        this.watch = watch;
        this.process = stack.night(report);
    }

    DayNight start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    long fromMs() {
        return fromMs;
    }

    /** 0 while it is under way. */
    long toMs() {
        return toMs;
    }

    void await() throws InterruptedException {
        thread.join();
    }

    private void follow() {
        try {
            while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            toMs = System.currentTimeMillis();
        }
    }

    private void look() {
        try (Stream<ProcessHandle> all = process.descendants()) {
            all.forEach(each -> watch.lookFromStart("night", each.pid()));
        }
    }

    /** @throws IllegalStateException where it failed; without a new model it has not */
    ObjectNode figures() throws IOException {
        int code = process.exitValue();
        List<String> said = Files.readAllLines(report);
        if (code != ExitCode.OK.code() && code != ExitCode.LEARNING_FAILED.code()) {
            throw new IllegalStateException("the night ended with " + code + ":\n" + String.join("\n", said));
        }
        JsonNode json = Machine.JSON.readTree(
                said.stream().filter(line -> line.startsWith("{")).findFirst().orElseThrow());
        NightRun run =
                new NightRun(json, "", (toMs - fromMs) / 1e3, watch.cpuSeconds("night"), watch.peakMegabytes("night"));
        ObjectNode figures = run.figures();
        figures.put("learned", code == ExitCode.OK.code());
        return figures;
    }

    /** Ends it, where it has not. */
    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> all;
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            all = descendants.toList();
        }
        process.destroy();
        all.forEach(ProcessHandle::destroy);
        thread.join();
        for (ProcessHandle each : all) {
            try {
                each.onExit().get(GRACE_S, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                each.destroyForcibly();
            }
        }
    }
}
