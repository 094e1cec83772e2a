package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a process becomes part of a stack. What the stack itself decides goes on the command line, where people see it;
 * what {@code --set} gave may be secret and goes into the environment, which the process's owner alone can read.
 */
final class StackSettings {
    private final Home home;
    private final StackState state;

    StackSettings(Home home, StackState state) {
        this.home = home;
        this.state = state;
    }

    /** System properties, which override all else. */
    Map<String, String> flags() {
        Map<String, String> flags = new TreeMap<>();
        flags.put("datastreamx.home", home.dir().toString());
        // Hadoop sets permissions itself, by a mask of its own and not by the process's.
        flags.put("datastreamx.lake.hadoop.fs.permissions.umask-mode", "077");
        flags.put("datastreamx.kafka.bootstrap-servers", state.bootstrapServers());
        flags.put("datastreamx.serving.port", Integer.toString(state.httpPort()));
        flags.put("datastreamx.edge.port", Integer.toString(state.edgePort()));
        state.config(home).ifPresent(file -> flags.put("config.file", readable(file)));
        return flags;
    }

    /** The same, with others for what neither {@code --set} nor a configuration file may have given. */
    Map<String, String> flags(Map<String, String> otherwise) {
        Map<String, String> flags = new TreeMap<>(state.config(home).isPresent() ? Map.of() : otherwise);
        flags.keySet().removeAll(state.settings().keySet());
        flags.putAll(flags());
        return flags;
    }

    /** Variables, which override the configuration file. */
    Map<String, String> environment() {
        return state.settings().entrySet().stream()
                .collect(Collectors.toMap(setting -> variable(setting.getKey()), Map.Entry::getValue));
    }

    /** The configuration as the processes of the stack see it. */
    Settings settings() {
        Map<String, String> all = new TreeMap<>(state.settings());
        all.putAll(flags());
        return Settings.load(all);
    }

    /** As Typesafe Config names a setting in the environment. */
    private static String variable(String setting) {
        return "CONFIG_FORCE_" + setting.replace("_", "___").replace("-", "__").replace(".", "_");
    }

    private static String readable(Path file) {
        if (!Files.isReadable(file)) {
            throw new CliException("the configuration file " + file + " cannot be read");
        }
        return file.toString();
    }
}
