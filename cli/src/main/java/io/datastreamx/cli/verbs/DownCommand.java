package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Leftovers;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description =
                "Stops the stack of this home, and what a killed supervisor may have left. Data, ports and settings stay. Nothing to stop is a success too.",
        footer = {"", "Examples:", "  ./dsx down", "  ./dsx down --home /var/lib/dsx"})
final class DownCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Mixin
    private HomeOptions homes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Optional<StackState> found = StackState.read(homes.home());
        if (found.isEmpty()) {
            out.println("nothing runs in " + homes.home().dir());
            return ExitCode.OK.code();
        }
        StackState state = found.get();
        Optional<ProcessHandle> supervisor = state.supervisor() == null
                ? Optional.empty()
                : state.supervisor().alive();
        if (supervisor.isPresent()) {
            supervisor.get().destroy();
            if (!Leftovers.await(supervisor.get(), PATIENCE)) {
                throw new CliException("the supervisor (pid " + supervisor.get().pid() + ") did not end within "
                        + PATIENCE.toSeconds() + " s; see " + homes.home().log("supervisor"));
            }
            out.println("stopped");
            return ExitCode.OK.code();
        }
        int left = Leftovers.end(state);
        state.down().write(homes.home());
        out.println(
                left == 0
                        ? "nothing runs in " + homes.home().dir()
                        : "ended " + left + " processes that a killed supervisor had left");
        return ExitCode.OK.code();
    }
}
