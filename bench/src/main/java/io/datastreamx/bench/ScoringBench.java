package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.process.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One decision, by JMH. */
@Command(
        name = "scoring",
        mixinStandardHelpOptions = true,
        description =
                "What one decision among twelve aggregators with a model costs a processor, by JMH: the policy alone, and from the request's bytes to the decision's.")
final class ScoringBench implements Callable<Integer> {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Option(names = "--rounds", defaultValue = "5", description = "Of two seconds each. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--out", description = "Folder for scoring.json. Default: none.")
    private Path out;

    @Override
    public Integer call() throws Exception {
        ObjectNode figures = Machine.JSON.createObjectNode();
        for (RunResult result : new Runner(new OptionsBuilder()
                        .include(Scoring.class.getName() + ".*")
                        .mode(Mode.SampleTime)
                        .timeUnit(TimeUnit.MICROSECONDS)
                        .warmupIterations(rounds)
                        .warmupTime(TimeValue.seconds(2))
                        .measurementIterations(rounds)
                        .measurementTime(TimeValue.seconds(2))
                        .forks(1)
                        .jvmArgs("-Xmx768m", "-XX:+UseSerialGC")
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run()) {
            String name = result.getParams().getBenchmark();
            var times = result.getPrimaryResult().getStatistics();
            figures.putObject(name.substring(name.lastIndexOf('.') + 1))
                    .put("mean_us", rounded(times.getMean()))
                    .put("p50_us", rounded(times.getPercentile(50)))
                    .put("p99_us", rounded(times.getPercentile(99)))
                    .put("p999_us", rounded(times.getPercentile(99.9)))
                    .put(
                            "bytes_allocated",
                            Math.round(
                                    result.getSecondaryResults().get(ALLOCATED).getScore()));
        }
        ObjectNode answer = Machine.answer("scoring", figures, Machine.JSON.createObjectNode());
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("scoring.json"), answer.toPrettyString() + "\n");
        }
        System.out.println(answer.toPrettyString());
        return ExitCode.OK.code();
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
