package io.datastreamx.bench;

import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code dsx bench NAME}: figures that anyone can measure again. Each benchmark prints one JSON object. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures a part of the system on this machine and prints the figures as JSON. It shares the machine with what it measures, so read ratios before absolutes.",
        subcommands = {
            DecisionsBench.class,
            ScoringBench.class,
            IngestBench.class,
            LiveBench.class,
            NightBench.class,
            DayBench.class,
            ReportsBench.class,
            LearningBench.class,
            TrainingBench.class,
            EstimatorsBench.class,
            EdgeBench.class
        })
public final class BenchMain {
    private BenchMain() {}

    public static void main(String[] args) {
        Application.run("bench", application -> {
            application.stopInterruptsThisThread();
            return ExitCode.of(new CommandLine(new BenchMain())
                    .setExecutionExceptionHandler((failure, command, parsed) -> application.failed(failure))
                    .execute(args));
        });
    }
}
