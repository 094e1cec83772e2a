package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.config.Settings;
import io.datastreamx.lake.Lake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        return new ServingClient(running().http());
    }

    /** The lake of this home, whether the stack is up or not. */
    public Lake lake() {
        return Lake.of(settings(known()));
    }

    /** The configuration as the processes of the stack see it. */
    public Settings settings(StackState state) {
        return Settings.load(properties(home(), state));
    }

    /** System properties that make a process part of the stack. */
    static Map<String, String> properties(Home home, StackState state) {
        Map<String, String> properties = new java.util.TreeMap<>(state.settings());
        properties.put("datastreamx.home", home.dir().toString());
        properties.put("datastreamx.kafka.bootstrap-servers", state.bootstrapServers());
        properties.put("datastreamx.serving.port", Integer.toString(state.httpPort()));
        if (state.configFile() != null) {
            if (!Files.isReadable(Path.of(state.configFile()))) {
                throw new CliException("the configuration file " + state.configFile() + " cannot be read");
            }
            properties.put("config.file", state.configFile());
        }
        return properties;
    }
}
