package io.datastreamx.cli.verbs;

import io.datastreamx.cli.stack.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The launcher runs benchmarks itself, since they have libraries of their own; here is where help finds them. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures a part of the system on this machine and prints the figures as JSON; dsx bench --help names the parts.",
        footer = {
            "",
            "Examples:",
            "  ./dsx bench --help",
            "  ./dsx bench ingest --records 1000000 --rates 5000",
            "  ./dsx bench live --records 1000000",
            "  ./dsx bench day --minutes 3"
        })
final class BenchCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", hidden = true)
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Program.root().resolve("dsx").toString(), "bench"));
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
