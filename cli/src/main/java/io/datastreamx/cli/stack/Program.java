package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A process to be started.
 *
 * @param name its name in status and of its log file
 * @param command the command line, which anyone on this machine can read
 * @param environment variables besides our own, which only the owner of the process can read: here go secrets
 * @param delayMs how long to wait before the first start, milliseconds
 */
public record Program(String name, List<String> command, Map<String, String> environment, long delayMs) {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path NICE = Path.of("/usr/bin/nice");
    private static final int LOWEST = 19;

    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    Program(String name, List<String> command) {
        this(name, command, Map.of(), 0);
    }

    /** Ready to be started; where its output goes is for the caller to say. */
    public ProcessBuilder process() {
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().remove(GivenSettings.VARIABLE);
        process.environment().putAll(environment);
        return process;
    }

    /** The same with its errors going to the end of a log that is for its owner alone. */
    public ProcessBuilder loggingTo(Path log) throws IOException {
        OwnerOnly.file(log);
        return process().redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    /** Says nothing of the environment. */
    @Override
    public String toString() {
        return name + " " + command;
    }

    Program delayed(long milliseconds) {
        return new Program(name, command, environment, milliseconds);
    }

    /**
     * The same with less claim to the processor: 0 is the usual niceness, 19 the most. Where Linux shares the processor
     * among sessions first (autogroup), a process in a session of its own must say so for its session; elsewhere that
     * line has no effect and {@code nice} counts.
     */
    Program unhurried(int niceness) {
        return prefixed(detachment().size(), niceness);
    }

    private Program prefixed(int position, int niceness) {
        if (!Files.isExecutable(NICE)) {
            return this;
        }
        List<String> prefixed = new ArrayList<>(command);
        prefixed.addAll(
                position,
                List.of(
                        "/bin/sh",
                        "-c",
                        "{ echo " + niceness + " >/proc/self/autogroup; } 2>/dev/null; exec \"$@\"",
                        name,
                        NICE.toString(),
                        "-n",
                        Integer.toString(niceness)));
        return new Program(name, prefixed, environment, delayMs);
    }

    /**
     * One of our own main classes in a JVM of its own.
     *
     * @param module its Maven module, relative to the root of the project
     * @param options JVM options
     * @param flags system properties, which override all other configuration; nothing secret
     * @param environment see {@link Program}
     */
    static Program jvm(
            String name,
            String module,
            String mainClass,
            List<String> options,
            Map<String, String> flags,
            Map<String, String> environment,
            List<String> args) {
        List<String> command = new ArrayList<>(detachment());
        command.addAll(closedToOthers(name));
        command.add(java());
        command.addAll(options);
        List<Path> libraries = new ArrayList<>();
        List<Path> own = new ArrayList<>();
        classPath(module).forEach(entry -> (entry.startsWith(root()) ? own : libraries).add(entry));
        String program = Path.of(module).getFileName().toString();
        command.addAll(ClassArchives.optionsUnlessOff(root(), program, libraries));
        flags.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-cp");
        // Libraries first: an archive holds for the beginning of a class path, and our own classes change.
        libraries.addAll(own);
        command.add(joined(libraries));
        command.add(mainClass);
        command.addAll(args);
        return new Program(name, command, environment, 0);
    }

    /**
     * One of the command line's own verbs in the background: in a session of its own, so that it outlives the terminal.
     *
     * @param main main class of the command line
     */
    public static Program verb(String name, String main, List<String> args) {
        List<String> command = new ArrayList<>(session());
        command.addAll(closedToOthers(name));
        command.addAll(List.of(java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
        command.addAll(List.of("-Ddsx.root=" + root(), "-cp", System.getProperty("java.class.path"), main));
        command.addAll(args);
        return new Program(name, command);
    }

    /**
     * A session of its own keeps Ctrl-C at the terminal from reaching the children before the supervisor stops them in
     * order; the death signal stops them when the supervisor is killed. Both are prefixes that leave the pid as it is.
     */
    private static List<String> detachment() {
        List<String> prefix = new ArrayList<>(session());
        if (Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
            prefix.addAll(List.of("/usr/bin/setpriv", "--pdeathsig", "TERM"));
        }
        return prefix;
    }

    private static List<String> session() {
        return Files.isExecutable(SETSID) ? List.of(SETSID.toString()) : List.of();
    }

    /** What the process creates is for its owner alone. */
    private static List<String> closedToOthers(String name) {
        return List.of("/bin/sh", "-c", "umask 077; exec \"$@\"", name);
    }

    static String java() {
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

    static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    /** A command that runs when nobody else wants the processor. */
    static ProcessBuilder lowest(List<String> command) {
        return new Program("", command).prefixed(0, LOWEST).process();
    }

    private static List<Path> classPath(String module) {
        Path target = root().resolve(module).resolve("target");
        try {
            List<Path> entries = new ArrayList<>(List.of(target.resolve("classes")));
            for (String entry :
                    Files.readString(target.resolve("runtime.classpath")).trim().split(":")) {
                entries.add(Path.of(entry));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "module " + module + " is not built; run: mvn -B -DskipTests process-classes", e);
        }
    }
}
