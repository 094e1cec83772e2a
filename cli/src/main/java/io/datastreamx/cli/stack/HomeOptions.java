package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.config.Settings;
import io.datastreamx.lake.Lake;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that every verb has. */
public final class HomeOptions {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".dsx",
            description = "Folder of all state (default: ${DEFAULT-VALUE}).")
    private Path home;

    public Home home() {
        return new Home(home);
    }

    /** The stack that runs in this home. */
    public StackState running() {
        return StackState.running(home());
    }

    /** The stack that runs, or ran last, in this home. */
    public StackState known() {
        return StackState.read(home())
                .orElseThrow(() -> new CliException("there is nothing in " + home().dir()
                        + "; start a stack there with dsx up or dsx demo, or name another with --home"));
    }

    public ServingClient serving() {
        return serving(running());
    }

    /** Of this stack, signed in. */
    public ServingClient serving(StackState state) {
        return new ServingClient(state.http(), Credentials.token(System.getenv(), settings(state)));
    }

    /** The lake of this home, whether the stack is up or not. */
    public Lake lake() {
        return Lake.of(settings(known()));
    }

    /** The configuration as the processes of the stack see it. */
    public Settings settings(StackState state) {
        return new StackSettings(home(), state).settings();
    }
}
