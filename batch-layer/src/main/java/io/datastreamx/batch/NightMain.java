package io.datastreamx.batch;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.night.RunId;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LakeAccess;
import io.datastreamx.lake.LeaseHeldException;
import io.datastreamx.lake.Versions;
import io.datastreamx.lake.WriterLease;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One night from the command line. Exit codes: 0 done; 1 failed, the version before is in force; 2 wrong use; 3 the
 * tables are in force but learning failed; 5 another night is under way.
 */
@Command(
        name = "night",
        mixinStandardHelpOptions = true,
        description =
                "Rebuilds the batch tables up to a cut, flips to them, trains and promotes a model, and maintains the lake.")
public final class NightMain implements Callable<Integer> {

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Name of this night; the same name continues the same night. Default: the time.")
    private String runId;

    @Option(
            names = "--step",
            paramLabel = "NAME",
            description =
                    "Only this step: seal, rebuild, validate, publish, flip, train, evaluate, gate, promote, maintain; or rollback, which returns to the version that was in force before and touches no model.")
    private String step;

    @Option(
            names = "--until",
            paramLabel = "BATCH",
            description = "Last ingest batch to cover. Default: the last complete one.")
    private Long until;

    @Option(
            names = "--full",
            description =
                    "Rebuild all days that the raw log has, and not only those that got events since the version in force. The answers are the same.")
    private boolean full;

    @Option(
            names = "--standby",
            description =
                    "Stay, and run a whole night for each line of standard input; the line names the night, an empty one takes the time. Ends with the input.")
    private boolean standby;

    @Option(names = "--json", description = "Print the result as one line of JSON.")
    private boolean json;

    /** The result of a whole invocation. */
    record Report(
            String runId, String version, Long cut, boolean flipped, int exitCode, List<StepReport> steps, long ms) {}

    public static void main(String[] args) {
        Application.run(
                "night",
                application -> ExitCode.of(new CommandLine(new NightMain())
                        .setExecutionExceptionHandler((failure, command, parsed) -> application.failed(failure))
                        .execute(args)));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings settings = Settings.load();
        try {
            return standby ? nightForEachLine(settings) : night(settings, runId);
        } finally {
            SparkSession.getActiveSession().foreach(session -> {
                session.stop();
                return null;
            });
        }
    }

    /**
     * A night in a fresh JVM spends most of its time on starting Spark and compiling queries; here only the first one
     * does.
     */
    private int nightForEachLine(Settings settings) throws IOException, InterruptedException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int worst = 0;
        BatchSession.start(settings);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            worst = Math.max(worst, night(settings, line.isBlank() ? null : line.strip()));
            SparkSession.getActiveSession().foreach(session -> {
                session.catalog().clearCache();
                return null;
            });
        }
        return worst;
    }

    int night(Settings settings, String wantedId) throws InterruptedException {
        long start = System.nanoTime();
        Clock clock = Clock.systemUTC();
        Lake lake = Lake.of(settings);
        LakeAccess.require(lake, settings);
        Run run = new Run(lake, wantedId != null ? RunId.of(wantedId) : RunId.at(clock.instant()));
        List<StepReport> steps;
        ExitCode exitCode;
        try (WriterLease lease =
                WriterLease.acquire(lake.files(), lake.leaseUri("night"), settings.home(), settings.lease())) {
            // Every commit asks the fence; the step that is refused says why.
            lease.keepRenewing(lost -> {});
            OptionalLong covered = until == null ? OptionalLong.empty() : OptionalLong.of(until);
            steps = work(
                    Night.of(settings, lake, run, covered, full, clock, () -> BatchSession.start(settings), lease));
            exitCode = exitCode(steps);
        } catch (LeaseHeldException e) {
            StepName first = step == null ? StepName.SEAL : StepName.ofCode(step);
            steps = List.of(StepReport.failed(first, 0, "another night is under way: " + e.getMessage()));
            exitCode = ExitCode.NOT_THE_WRITER;
        }
        print(report(lake, run, steps, exitCode, start));
        return exitCode.code();
    }

    private List<StepReport> work(Night night) {
        NightRunner runner = new NightRunner();
        return step == null ? runner.run(night) : List.of(runner.run(night, StepName.ofCode(step)));
    }

    private static Report report(Lake lake, Run run, List<StepReport> steps, ExitCode exitCode, long start) {
        var active = lake.versions().read().inForce();
        return new Report(
                run.id(),
                active.map(Versions.Entry::version).orElse(null),
                active.map(Versions.Entry::cut).orElse(null),
                active.filter(row -> row.runId().equals(run.id())).isPresent(),
                exitCode.code(),
                steps,
                (System.nanoTime() - start) / 1_000_000);
    }

    static ExitCode exitCode(List<StepReport> steps) {
        List<StepName> failed = steps.stream()
                .filter(StepReport::failed)
                .map(report -> StepName.ofCode(report.step()))
                .toList();
        if (failed.isEmpty()) {
            return ExitCode.OK;
        }
        return failed.stream().allMatch(StepName::learns) ? ExitCode.LEARNING_FAILED : ExitCode.FAILED;
    }

    private void print(Report report) {
        if (json) {
            System.out.println(new String(ContractJson.bytes(report), StandardCharsets.UTF_8));
            return;
        }
        report.steps()
                .forEach(step -> System.out.printf(
                        "%-9s %-8s %6d ms  %s%n",
                        step.step(),
                        step.status().code(),
                        step.ms(),
                        step.message() != null ? step.message() : step.result()));
        System.out.printf("in force: %s, cut %s%n", report.version(), report.cut());
    }
}
