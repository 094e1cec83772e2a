package io.datastreamx.cli.verbs;

import io.datastreamx.cli.stack.ClassArchives;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Programs;
import io.datastreamx.cli.stack.Stack;
import io.datastreamx.cli.stack.StackOptions;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code dsx up} leaves running: starts the stack, keeps it alive until SIGTERM, stops it in order. */
@Command(
        name = "supervise",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Runs the stack in the foreground; dsx up starts it in the background.")
final class SuperviseCommand implements Callable<Integer> {
    @Mixin
    private HomeOptions homes;

    @Mixin
    private StackOptions options;

    @Option(names = "--aggregators", paramLabel = "FILE")
    private Path aggregators;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return Application.verb("dsx", Stack.CLOSE_WITHIN, this::supervise).code();
    }

    private ExitCode supervise(Application application) throws InterruptedException {
        application.stopInterruptsThisThread();
        try (Stack stack = Stack.open(homes.home(), options, Programs.Life.LONG, System.err::println)) {
            stack.start(Optional.ofNullable(aggregators), Optional.empty());
            stack.declareReady();
            System.err.println("ready");
            application.awaitStop();
        } finally {
            ClassArchives.makeInBackground(spec.root().userObject().getClass().getName());
        }
        return ExitCode.OK;
    }
}
