package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.console.Terminal;
import io.datastreamx.cli.stack.Home;
import io.datastreamx.cli.stack.Programs;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.cli.stack.Stack;
import io.datastreamx.config.Settings;
import io.datastreamx.process.Application;
import io.datastreamx.process.StopSignal;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.World;
import io.datastreamx.verification.Recount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One demo from start to summary. */
final class DemoRun {
    /**
     * The first night comes early: there is too little to learn from, but the tables are built and the process is warm
     * for the next one.
     */
    private static final Duration FIRST_NIGHT_AFTER = Duration.ofSeconds(15);

    /** A night that could not end in time does not begin. */
    private static final Duration NO_NIGHT_BEFORE_END = Duration.ofSeconds(50);

    private static final Duration RECOUNT_PATIENCE = Duration.ofSeconds(20);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(30);
    private static final long TICK_MS = 1_000;

    private final DemoCommand options;
    private final Terminal terminal;
    private final Clock clock;
    private final Home home;

    DemoRun(DemoCommand options, Terminal terminal, Clock clock) {
        this.options = options;
        this.terminal = terminal;
        this.clock = clock;
        this.home = options.homes.home();
    }

    ObjectNode run(Application application) throws InterruptedException {
        StopSignal stop = application.stop();
        application.stopInterruptsThisThread();
        terminal.say("everything of this demo lives in " + home.dir());
        try (Stack stack = Stack.open(home, options.stack, Programs.Life.SHORT, terminal::say)) {
            Instant started = clock.instant();
            stack.start(Optional.empty(), Optional.of(simulatorArguments()));
            ObjectNode summary = observe(stack, stop, started);
            terminal.say("stopping every process");
            return summary;
        } catch (InterruptedException e) {
            if (!stop.isRaised()) {
                throw e;
            }
            throw new CliException("stopped before the stack was ready; every process has ended");
        }
    }

    private ObjectNode observe(Stack stack, StopSignal stop, Instant started) throws InterruptedException {
        Settings settings = stack.settings();
        ServingClient serving = new ServingClient(stack.state().http());
        PolicyValue value = new PolicyValue(Truth.of(World.of(options.world), options.seed, started));
        try (DecisionTap tap = new DecisionTap(stack.state().bootstrapServers(), value::add).start();
                Recount recount = Recount.start(
                        stack.state().bootstrapServers(),
                        settings.currency(),
                        settings.ingest().duplicateHorizon(),
                        RECOUNT_PATIENCE);
                MergedSamples samples = new MergedSamples(stack.state().http(), recount, terminal::say).start();
                WorthFile worth = new WorthFile(home.simulatedWorth(), value);
                NightSchedule nights = nights(stack).start()) {
            terminal.say("ready: the page is " + stack.state().http());
            openPage(stack.state().http());
            LiveFigures figures = new LiveFigures(serving, recount.latency(), clock);
            watch(stack, stop, nights, samples, figures, worth);
            nights.close();
            settle(stack, serving);
            samples.close();
            return new DemoSummary(serving, figures, recount.latency(), value, samples, nights, stack).json(started);
        }
    }

    private void watch(
            Stack stack,
            StopSignal stop,
            NightSchedule nights,
            MergedSamples samples,
            LiveFigures figures,
            WorthFile worth) {
        Instant end = options.duration == null ? Instant.MAX : clock.instant().plus(options.duration);
        AggregatorWatch aggregators = new AggregatorWatch(home, stack);
        try {
            while (!stop.isRaised() && clock.instant().isBefore(end)) {
                if (clock.instant()
                        .isAfter(end.minus(options.duration == null ? Duration.ZERO : NO_NIGHT_BEFORE_END))) {
                    nights.noMore();
                }
                aggregators.look();
                worth.write();
                terminal.figures(line(figures, nights, samples));
                Thread.sleep(TICK_MS);
            }
        } catch (InterruptedException e) {
            // The stop signal; what follows is the same as after the duration.
        } finally {
            terminal.endFigures();
        }
    }

    private static String line(LiveFigures figures, NightSchedule nights, MergedSamples samples) {
        try {
            return figures.line(nights.state() + " | " + samples.exact() + "/" + samples.taken() + " recounts equal");
        } catch (CliException e) {
            return "serving does not answer: " + e.getMessage();
        }
    }

    /** No more traffic; serving catches up, so that the summary covers everything. */
    private void settle(Stack stack, ServingClient serving) throws InterruptedException {
        terminal.say("no more traffic; waiting for the last records to be counted");
        stack.stop("simulator");
        long giveUp = clock.millis() + DRAIN_PATIENCE.toMillis();
        while (serving.status().path("lag_records").asLong(1) != 0 && clock.millis() < giveUp) {
            Thread.sleep(200);
        }
    }

    private NightSchedule nights(Stack stack) {
        Programs programs = new Programs(home, stack.state(), Programs.Life.SHORT);
        return new NightSchedule(
                () -> programs.night(List.of("--standby", "--json")),
                home.log("night"),
                FIRST_NIGHT_AFTER,
                options.nightEvery,
                terminal::say);
    }

    private List<String> simulatorArguments() {
        return List.of(
                "--world", options.world,
                "--boxes", options.boxes().toString(),
                "--seed", Long.toString(options.seed),
                "--requests-per-second", Double.toString(options.requestsPerSecond),
                "--aggregators-file", home.simulatedAggregators().toString());
    }

    private void openPage(String page) {
        boolean hasScreen = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
        if (options.headless || options.noOpen || !hasScreen || !Files.isExecutable(Path.of("/usr/bin/xdg-open"))) {
            return;
        }
        try {
            new ProcessBuilder("/usr/bin/xdg-open", page)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            terminal.say("the page could not be opened in a browser: " + e.getMessage());
        }
    }
}
