package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.Terminal;
import io.datastreamx.cli.stack.ClassArchives;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Stack;
import io.datastreamx.cli.stack.StackOptions;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import io.datastreamx.simulator.BoxesOption;
import io.datastreamx.simulator.world.World;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Everything on this machine: Kafka, simulated boxes and aggregators, all three layers, a night every minute or so, promoted models, the live page.",
            "Ends by itself after --duration, or on Ctrl-C; then nothing is left but the home. Exit code 0 only if every merged answer equalled a recount and no process failed."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx demo",
            "  ./dsx demo --headless --duration 4m --json",
            "  ./dsx demo --boxes 300 --requests-per-second 500 --http-port 8080",
            "  ./dsx demo --boxes kafka"
        })
public final class DemoCommand implements Callable<Integer> {
    @Mixin
    HomeOptions homes;

    @Mixin
    StackOptions stack;

    @Option(names = "--boxes", paramLabel = "N|edge|kafka", split = ",", description = BoxesOption.DESCRIPTION)
    private List<String> boxes;

    @Option(
            names = "--world",
            paramLabel = "NAME|FILE",
            defaultValue = World.DEMO,
            description = "The simulated world: one that comes with it, or a file (default: ${DEFAULT-VALUE}).")
    String world;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the simulated world (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--requests-per-second",
            paramLabel = "R",
            defaultValue = "40",
            description = "Ad requests of all boxes (default: ${DEFAULT-VALUE}).")
    double requestsPerSecond;

    @Option(
            names = "--night-every",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Times.class,
            description = "From one night to the next (default: ${DEFAULT-VALUE}).")
    Duration nightEvery;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Times.class,
            description = "End after this long, counted from when the stack is ready (default: on Ctrl-C).")
    Duration duration;

    @Option(
            names = "--headless",
            description = "No terminal, no browser: plain lines on standard error every ten seconds.")
    boolean headless;

    @Option(names = "--no-open", description = "Do not open the page in a browser.")
    boolean noOpen;

    @Option(names = "--json", description = "Print the summary as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!(requestsPerSecond > 0)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--requests-per-second must be above 0");
        }
        boxes();
        try {
            World.of(world);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--world: " + e.getMessage(), e);
        }
        return Application.verb("dsx", Stack.CLOSE_WITHIN, this::demo).code();
    }

    BoxesOption boxes() {
        try {
            return BoxesOption.of(boxes);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private ExitCode demo(Application application) throws InterruptedException {
        Terminal terminal = new Terminal(System.err, headless || System.console() == null, Clock.systemUTC());
        ObjectNode summary = new DemoRun(this, terminal, Clock.systemUTC()).run(application);
        ClassArchives.makeInBackground(spec.root().userObject().getClass().getName());
        var out = spec.commandLine().getOut();
        out.print(json ? summary + "\n" : DemoSummary.readable(summary));
        out.flush();
        return summary.get("ok").asBoolean() ? ExitCode.OK : ExitCode.FAILED;
    }
}
