package io.datastreamx.cli.verbs;

import io.datastreamx.cli.demo.DemoCommand;
import java.util.List;

/** What {@code dsx} can be asked to do. */
public final class Verbs {
    private Verbs() {}

    /** The commands, in the order in which help lists them. */
    public static List<Class<?>> all() {
        return List.of(
                DemoCommand.class,
                UpCommand.class,
                DownCommand.class,
                StatusCommand.class,
                SendCommand.class,
                BatchCommand.class,
                ReportCommand.class,
                LedgerCommand.class,
                ExplainCommand.class,
                DeadLettersCommand.class,
                RecoverCommand.class,
                EdgeCommand.class,
                TokenCommand.class,
                PolicyCommand.class,
                ModelCommand.class,
                MlCommand.class,
                SimulateCommand.class,
                SubmitCommand.class,
                BenchCommand.class,
                TestCommand.class,
                DoctorCommand.class,
                SuperviseCommand.class,
                ArchiveClassesCommand.class);
    }
}
