package io.datastreamx.cli;

import io.datastreamx.cli.console.Printable;
import io.datastreamx.cli.stack.GivenSettings;
import io.datastreamx.cli.verbs.Verbs;
import io.datastreamx.process.ExitCode;
import io.datastreamx.process.Explained;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code dsx} command: exit code 0 on success, 1 when something failed, 2 on wrong use. */
@Command(
        name = "dsx",
        mixinStandardHelpOptions = true,
        version = "DatastreamX 0.1.0",
        description =
                "DatastreamX routes TV ads to the aggregator that will earn most, and reports on it as it happens.",
        footer = {"", "Start with:  ./dsx demo", "Help on a verb:  ./dsx VERB --help"})
public final class Dsx implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        System.exit(run(GivenSettings.restore(args, System.getenv())));
    }

    static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        CommandLine dsx = new CommandLine(new Dsx());
        Verbs.all().forEach(dsx::addSubcommand);
        return dsx.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(120)
                .setExecutionStrategy(new GivenBefore())
                .setExecutionExceptionHandler((failure, command, parsed) -> fail(failure, command));
    }

    /** What somebody typed or sent may stand in it. */
    private static String shown(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().map(Printable::of).collect(Collectors.joining("\n"));
    }

    private static int fail(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        ExitCode code = ExitCode.FAILED;
        if (failure instanceof Explained known) {
            err.println("dsx: " + shown(failure));
            code = known.exitCode();
        } else if (failure instanceof IllegalArgumentException || failure instanceof IllegalStateException) {
            err.println("dsx: " + shown(failure));
        } else {
            err.println("dsx " + command.getCommandName() + " failed: " + failure);
            failure.printStackTrace(err);
        }
        err.flush();
        return code.code();
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a verb is missing");
    }
}
