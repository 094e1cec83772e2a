package io.datastreamx.cli.verbs;

import io.datastreamx.cli.stack.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The launcher runs the tests itself, since they rebuild the classes that this process would run from; here is the
 * help.
 */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Runs all tests on Spark 4.2; beside them the tests of the DAGs with a real Airflow, then those of counting and of nights on Spark 4.0.",
            "Ends with the slowest classes and a line of counts. Exit code 0 only if nothing failed."
        },
        footer = {"", "Examples:", "  ./dsx test", "  ./dsx test --quick", "  ./dsx test --faults"})
final class TestCommand implements Callable<Integer> {
    @Option(names = "--quick", description = "Leave out the acceptance runs, Spark 4.0 and the DAGs.")
    private boolean quick;

    @Option(
            names = "--faults",
            description =
                    "Only the long proofs: a stack whose broker, topics and files are hurt, and executors that die.")
    private boolean faults;

    @Override
    public Integer call() throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Program.root().resolve("dsx").toString(), "test"));
        if (quick) {
            command.add("--quick");
        } else if (faults) {
            command.add("--faults");
        }
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
