package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.stack.Program;
import io.datastreamx.dataproc.Dataproc;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dsx submit}: a job on Google's Dataproc. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description =
                "Runs a job on Google's Dataproc: builds it, brings the jars to the bucket, creates the batch (or the job on a cluster) and follows it to its end. A run that is there already is followed; one that failed is tried again.",
        footer = {
            "",
            "  ./dsx submit night --env dev --dry-run                    # the request as it would be sent",
            "  ./dsx submit night --env dev --step rebuild --run 20261124",
            "  ./dsx submit ingest --env prod-30k --run monday --detach  # the same command again follows it",
            "  ./dsx submit ingest --env prod-30k --run monday --cancel",
            "  ./dsx submit --render templates                           # bodies of all jobs and facts.json, for the DAGs",
            "  ./dsx submit --facts dags/datastreamx_dags/facts.json     # the facts alone: DAGs that run jobs on this machine",
            "",
            "Exit codes: 0 succeeded; 1 failed or cancelled; 2 wrong use; 130 no longer followed, still running. See dataproc/README.md."
        })
final class SubmitCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "JOB",
            description = "night, ingest, routing or routing-real-time: a file in dataproc/jobs.")
    private String job;

    @Option(names = "--env", paramLabel = "ENV", description = "Environment: a file in dataproc/environments.")
    private String environment;

    @Option(names = "--step", paramLabel = "NAME", description = "One step of the night.")
    private String step;

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Name of the run; the same name is the same run. Default: the time.")
    private String run;

    @Option(
            names = "--args",
            paramLabel = "ARGS",
            defaultValue = "",
            description = "More arguments for the application, in one string: --args=\"--until 12\".")
    private String args;

    @Option(names = "--dry-run", description = "Print the request and send nothing; needs no credentials.")
    private boolean dryRun;

    @Option(names = "--detach", description = "Return as soon as it is created.")
    private boolean detach;

    @Option(names = "--cancel", description = "Ask Google to end the run that --run names.")
    private boolean cancel;

    @Option(
            names = "--render",
            paramLabel = "DIR",
            description =
                    "Write the body of every job in every environment to DIR/<env>/<job>.json, and what the DAGs go by to DIR/facts.json.")
    private Path render;

    @Option(
            names = "--facts",
            paramLabel = "FILE",
            description =
                    "Write what the DAGs go by to FILE: steps, exit codes, prices, runtimes. They look for it in datastreamx_dags/facts.json.")
    private Path facts;

    @Option(names = "--no-build", description = "Take the jars as they were built last.")
    private boolean noBuild;

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(15);

    @Override
    public Integer call() {
        // Progress goes to the error stream, so that a dry run can be piped.
        PrintWriter progress = spec.commandLine().getErr();
        try {
            return run(new Dataproc(Program.root(), Clock.systemUTC(), progress))
                    .code();
        } catch (InterruptedException e) {
            throw new CliException("interrupted before anything was submitted", e);
        }
    }

    private ExitCode run(Dataproc dataproc) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (render != null) {
            dataproc.render(render, !noBuild).forEach(out::println);
            return ExitCode.OK;
        }
        if (facts != null) {
            out.println(dataproc.renderFacts(facts));
            return ExitCode.OK;
        }
        if (job == null || environment == null) {
            throw CliException.wrongUse("say which job and where: dsx submit JOB --env ENV (or --render DIR)");
        }
        List<String> more =
                args.isBlank() ? List.of() : Arrays.asList(args.strip().split("\\s+"));
        Dataproc.Request request = dataproc.named(new Dataproc.Request(
                job, environment, Optional.ofNullable(step), Optional.ofNullable(run), more, !noBuild && !cancel));
        if (dryRun) {
            out.println(dataproc.dryRun(request));
            return ExitCode.OK;
        }
        if (cancel) {
            requireRun();
            dataproc.cancel(request);
            return ExitCode.OK;
        }
        return Application.verb("dsx", CLOSE_WITHIN, application -> follow(application, dataproc, request));
    }

    private ExitCode follow(Application application, Dataproc dataproc, Dataproc.Request request) {
        application.stopInterruptsThisThread();
        try {
            return dataproc.submit(request, detach) ? ExitCode.OK : ExitCode.FAILED;
        } catch (InterruptedException e) {
            String same = "./dsx submit %s --env %s%s --run %s"
                    .formatted(
                            job,
                            environment,
                            step == null ? "" : " --step " + step,
                            request.run().orElseThrow());
            PrintWriter err = spec.commandLine().getErr();
            err.println("no longer followed; what is submitted goes on. To follow it again: " + same);
            err.println("To end it: " + same + " --cancel");
            err.flush();
            return ExitCode.INTERRUPTED;
        }
    }

    private void requireRun() {
        if (run == null) {
            throw CliException.wrongUse("name the run to cancel with --run, as it was submitted");
        }
    }
}
