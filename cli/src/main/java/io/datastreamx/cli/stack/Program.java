package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process to be started.
 *
 * @param name its name in status and of its log file
 * @param command the command line
 * @param delayMs how long to wait before the first start, milliseconds
 */
public record Program(String name, List<String> command, long delayMs) {
    private static final Path NICE = Path.of("/usr/bin/nice");

    public Program {
        command = List.copyOf(command);
    }

    Program delayed(long milliseconds) {
        return new Program(name, command, milliseconds);
    }

    /**
     * The same with less claim to the processor: 0 is the usual niceness, 19 the most. Where Linux shares the processor
     * among sessions first (autogroup), a process in a session of its own must say so for its session; elsewhere that
     * line has no effect and {@code nice} counts.
     */
    Program unhurried(int niceness) {
        if (!Files.isExecutable(NICE)) {
            return this;
        }
        List<String> prefixed = new ArrayList<>(command);
        prefixed.addAll(
                detachment().size(),
                List.of(
                        "/bin/sh",
                        "-c",
                        "{ echo " + niceness + " >/proc/self/autogroup; } 2>/dev/null; exec \"$@\"",
                        name,
                        NICE.toString(),
                        "-n",
                        Integer.toString(niceness)));
        return new Program(name, prefixed, delayMs);
    }

    /**
     * One of our own main classes in a JVM of its own.
     *
     * @param module its Maven module, relative to the root of the project
     * @param options JVM options
     * @param properties system properties, which override all other configuration
     */
    static Program jvm(
            String name,
            String module,
            String mainClass,
            List<String> options,
            Map<String, String> properties,
            List<String> args) {
        List<String> command = new ArrayList<>(detachment());
        command.add(java());
        command.addAll(options);
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-cp");
        command.add(classPath(module));
        command.add(mainClass);
        command.addAll(args);
        return new Program(name, command, 0);
    }

    /**
     * A session of its own keeps Ctrl-C at the terminal from reaching the children before the supervisor stops them in
     * order; the death signal stops them when the supervisor is killed. Both are prefixes that leave the pid as it is.
     */
    private static List<String> detachment() {
        List<String> prefix = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            prefix.add("/usr/bin/setsid");
        }
        if (Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
            prefix.addAll(List.of("/usr/bin/setpriv", "--pdeathsig", "TERM"));
        }
        return prefix;
    }

    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The folder of the project, which the launcher passes. */
    public static Path root() {
        String root = System.getProperty("dsx.root");
        if (root == null) {
            throw new CliException(
                    "start dsx through the script at the root of the project: it says where the modules are");
        }
        return Path.of(root);
    }

    private static String classPath(String module) {
        Path target = root().resolve(module).resolve("target");
        try {
            return target.resolve("classes") + ":"
                    + Files.readString(target.resolve("runtime.classpath")).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "module " + module + " is not built; run: mvn -B -DskipTests process-classes", e);
        }
    }
}
