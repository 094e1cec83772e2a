package io.datastreamx.cli.verbs;

import io.datastreamx.cli.stack.ClassArchives;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Program;
import io.datastreamx.cli.stack.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "batch",
        mixinStandardHelpOptions = true,
        description = {
            "Runs one night: seal, rebuild, validate, publish, flip; then train, evaluate, gate, promote; then maintain.",
            "Every step is idempotent: run again after a failure, a night finishes and changes nothing that was done."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx batch",
            "  ./dsx batch --until 1200",
            "  ./dsx batch --full",
            "  ./dsx batch --step rebuild --run 2026-11-22",
            "  ./dsx batch --rollback"
        })
final class BatchCommand implements Callable<Integer> {
    @Mixin
    private HomeOptions homes;

    @Option(
            names = "--until",
            paramLabel = "BATCH",
            description = "Cover the log up to this ingest batch (default: the last complete one).")
    private Long until;

    @Option(
            names = "--full",
            description = {
                "Rebuild all days that the raw log has, and not only those that got events since the version in force.",
                "The answers are the same; for recovery, or when in doubt."
            })
    private boolean full;

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Name of the night; the same name continues the same night.")
    private String run;

    @Option(names = "--step", paramLabel = "NAME", description = "Only this step of the night that --run names.")
    private String step;

    @Option(names = "--rollback", description = "Return to the version before the one in force.")
    private boolean rollback;

    @Option(names = "--json", description = "Print what was done as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (rollback && (step != null || until != null || full)) {
            throw new ParameterException(spec.commandLine(), "--rollback goes without --step, --until and --full");
        }
        if (step != null && run == null) {
            throw new ParameterException(spec.commandLine(), "--step needs --run: which night is it a step of?");
        }
        Program night = new Programs(homes.home(), homes.running(), Programs.Life.SHORT).night(arguments());
        int code = night.process().inheritIO().start().waitFor();
        ClassArchives.makeInBackground(spec.root().userObject().getClass().getName());
        return code;
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (until != null) {
            arguments.addAll(List.of("--until", until.toString()));
        }
        if (full) {
            arguments.add("--full");
        }
        if (run != null) {
            arguments.addAll(List.of("--run", run));
        }
        if (step != null) {
            arguments.addAll(List.of("--step", step));
        }
        if (rollback) {
            arguments.addAll(List.of("--step", "rollback"));
        }
        if (json) {
            arguments.add("--json");
        }
        return arguments;
    }
}
