package io.datastreamx.cli.verbs;

import io.datastreamx.cli.stack.ClassArchives;
import io.datastreamx.process.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What a stack leaves running for a minute when it ends, so that the next one starts faster. */
@Command(
        name = "archive-classes",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Makes the class archives for which programs have left lists; a stack does it in the background.")
final class ArchiveClassesCommand implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        ClassArchives.make();
        return ExitCode.OK.code();
    }
}
