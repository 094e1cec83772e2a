package io.datastreamx.batch;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LakeAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One night from the command line. Exit codes: 0 done; 1 failed, the version before is in force; 2 wrong use; 3 the tables are in force but learning failed. */
@Command(
        name = "night",
        mixinStandardHelpOptions = true,
        description =
                "Rebuilds the batch tables up to a cut, flips to them, trains and promotes a model, and maintains the lake.")
public final class NightMain implements Callable<Integer> {
    static final int FAILED = 1;
    static final int LEARNING_FAILED = 3;
    private static final DateTimeFormatter RUN_ID =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Name of this night; the same name continues the same night. Default: the time.")
    private String runId;

    @Option(
            names = "--step",
            paramLabel = "NAME",
            description =
                    "Only this step: seal, rebuild, validate, publish, flip, train, evaluate, gate, promote or maintain.")
    private String step;

    @Option(
            names = "--until",
            paramLabel = "BATCH",
            description = "Last ingest batch to cover. Default: the last complete one.")
    private Long until;

    @Option(
            names = "--rollback",
            description = "Return to the version that was in force before; models are not touched.")
    private boolean rollback;

    @Option(
            names = "--standby",
            description =
                    "Stay, and run a whole night for each line of standard input; the line names the night, an empty one takes the time. Ends with the input.")
    private boolean standby;

    @Option(names = "--json", description = "Print the result as one line of JSON.")
    private boolean json;

    /** The result of a whole invocation. */
    record Report(
            String runId,
            String version,
            Long cut,
            boolean flipped,
            int exitCode,
            List<NightRunner.StepReport> steps,
            long ms) {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new NightMain()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
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

    /** A night in a fresh JVM spends most of its time on starting Spark and compiling queries; here only the first one does. */
    private int nightForEachLine(Settings settings) throws IOException {
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

    private int night(Settings settings, String wantedId) {
        long start = System.nanoTime();
        Clock clock = Clock.systemUTC();
        Lake lake = Lake.of(settings);
        LakeAccess.require(lake, settings);
        Night night = Night.of(
                settings,
                lake,
                wantedId != null ? wantedId : RUN_ID.format(clock.instant()),
                until == null ? OptionalLong.empty() : OptionalLong.of(until),
                clock,
                () -> BatchSession.start(settings));
        Report report = report(night, work(night), start);
        print(report);
        return report.exitCode();
    }

    private List<NightRunner.StepReport> work(Night night) {
        if (rollback) {
            return List.of(new Rollback().run(night));
        }
        NightRunner runner = new NightRunner();
        return step == null ? runner.run(night) : List.of(runner.run(night, StepName.ofCode(step)));
    }

    private static Report report(Night night, List<NightRunner.StepReport> steps, long start) {
        var active = new Versions(night.lake()).active();
        return new Report(
                night.run().id(),
                active.map(Versions.Row::version).orElse(null),
                active.map(Versions.Row::cut).orElse(null),
                active.filter(row -> row.runId().equals(night.run().id())).isPresent(),
                exitCode(steps),
                steps,
                (System.nanoTime() - start) / 1_000_000);
    }

    static int exitCode(List<NightRunner.StepReport> steps) {
        List<StepName> failed = steps.stream()
                .filter(NightRunner.StepReport::failed)
                .map(report -> report.step().equals(Rollback.NAME) ? StepName.FLIP : StepName.ofCode(report.step()))
                .toList();
        if (failed.isEmpty()) {
            return 0;
        }
        return failed.stream().allMatch(StepName::learns) ? LEARNING_FAILED : FAILED;
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
                        step.status(),
                        step.ms(),
                        step.message() != null ? step.message() : step.result()));
        System.out.printf("in force: %s, cut %s%n", report.version(), report.cut());
    }
}
