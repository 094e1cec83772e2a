package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.stack.Bootstrap;
import io.datastreamx.cli.stack.Home;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Program;
import io.datastreamx.cli.stack.Stack;
import io.datastreamx.cli.stack.StackOptions;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.cli.stack.StackStatus;
import io.datastreamx.kafka.policy.Operator;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts Kafka and all three layers in the background, for records of your own.",
            "A supervisor starts again what dies. Returns when all layers serve; the second router follows half a checkpoint interval later. Without --aggregators the first policy has none, and requests get no_candidate.",
            "With --aggregators and nothing else, a stack that is up already gets these aggregators, as by dsx policy set."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx up",
            "  ./dsx up --home /var/lib/dsx --kafka-port 9092 --http-port 8080 --aggregators aggregators.json",
            "  ./dsx up --set ingest.trigger-interval=500ms"
        })
final class UpCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Mixin
    private HomeOptions homes;

    @Mixin
    private StackOptions stack;

    @Option(
            names = "--aggregators",
            paramLabel = "FILE",
            description = "JSON array of the aggregators and their terms; replaces those in force.")
    private Path aggregators;

    @Option(names = "--json", description = "Print the status as JSON when ready; of a stack that is up, what changed.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Home home = homes.home();
        if (aggregators != null
                && stack.isEmpty()
                && StackState.read(home).filter(StackState::isUp).isPresent()) {
            PolicyAct act = new PolicyAct(homes, spec);
            return act.run(
                    Operator.current(),
                    json,
                    (control, at) -> control.aggregators(Bootstrap.aggregators(aggregators, act.currency()), at));
        }
        PrintWriter err = spec.commandLine().getErr();
        StackState chosen = Stack.prepare(home, stack, Optional.ofNullable(aggregators));
        Path log = home.log("supervisor");
        err.println("starting in " + home.dir() + " (logs in " + home.logs() + ")");
        Files.deleteIfExists(log);
        Process supervisor = supervisor(home, chosen)
                .loggingTo(log)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        StackState state = awaitReady(home, supervisor, log);
        if (json) {
            spec.commandLine()
                    .getOut()
                    .println(StackStatus.of(home, state, homes.serving(state), Instant.now())
                            .toString());
        } else {
            spec.commandLine()
                    .getOut()
                    .println("ready\n  page   " + state.http() + "\n  edge   " + state.edge() + "\n  kafka  "
                            + state.bootstrapServers() + "\n  stop   dsx down --home " + home.dir());
        }
        return ExitCode.OK.code();
    }

    /** What was chosen is written down in the home, so nothing of it but the ports needs to be said again. */
    private Program supervisor(Home home, StackState chosen) {
        List<String> args =
                new ArrayList<>(List.of("supervise", "--home", home.dir().toString()));
        args.addAll(List.of("--kafka-port", Integer.toString(chosen.kafkaPort())));
        args.addAll(List.of("--http-port", Integer.toString(chosen.httpPort())));
        args.addAll(List.of("--edge-port", Integer.toString(chosen.edgePort())));
        if (aggregators != null) {
            args.addAll(List.of("--aggregators", aggregators.toAbsolutePath().toString()));
        }
        return Program.verb("supervisor", spec.root().userObject().getClass().getName(), args);
    }

    private static StackState awaitReady(Home home, Process supervisor, Path log)
            throws InterruptedException, IOException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < giveUp) {
            Optional<StackState> state = StackState.read(home);
            if (state.isPresent()
                    && state.get().ready()
                    && state.get().supervisor().pid() == supervisor.pid()) {
                return state.get();
            }
            if (!supervisor.isAlive()) {
                throw new CliException("the stack did not start; " + log + " says:\n"
                        + Files.readString(log).strip());
            }
            Thread.sleep(100);
        }
        supervisor.destroy();
        throw new CliException(
                "the stack was not ready after " + PATIENCE.toMinutes() + " minutes and is stopped; see " + log);
    }
}
