package io.datastreamx.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A child JVM under test, with its output in files. Closing it ends it for sure; so does the end of the JVM that
 * started it.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class JavaProcess implements AutoCloseable {

    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();
    private static final Duration CLEAN_STOP = Duration.ofMinutes(2);
    private static final int LOG_TAIL_LINES = 40;

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "kill-child-jvms"));
    }

    private final Launch launch;
    private final Path logs;
    private final boolean ownLogs;
    private final Process process;

    private JavaProcess(Launch launch, Path logs, boolean ownLogs, Process process) {
        this.launch = launch;
        this.logs = logs;
        this.ownLogs = ownLogs;
        this.process = process;
    }

    /**
     * What to start.
     *
     * @param jvmOptions such as {@code -Xmx256m} or {@link Repository#sparkJvmOptions()}
     * @param properties system properties
     * @param environment variables besides those of this process
     */
    public record Launch(
            String mainClass,
            List<Path> classpath,
            List<String> jvmOptions,
            Map<String, String> properties,
            List<String> args,
            Map<String, String> environment) {

        public Launch {
            classpath = List.copyOf(classpath);
            jvmOptions = List.copyOf(jvmOptions);
            properties = Map.copyOf(properties);
            args = List.copyOf(args);
            environment = Map.copyOf(environment);
        }

        public Launch(
                String mainClass,
                List<Path> classpath,
                List<String> jvmOptions,
                Map<String, String> properties,
                List<String> args) {
            this(mainClass, classpath, jvmOptions, properties, args, Map.of());
        }

        /** Libraries come before our own classes, which are in folders: an archive holds the beginning alone. */
        private List<Path> libraries() {
            return classpath.stream()
                    .filter(entry -> !entry.startsWith(Repository.root()))
                    .toList();
        }

        private List<String> command(List<String> archiveOptions) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmOptions);
            command.addAll(archiveOptions);
            properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
            command.add("-cp");
            List<Path> ordered = new ArrayList<>(new LinkedHashSet<>(libraries()));
            classpath.stream().filter(entry -> !ordered.contains(entry)).forEach(ordered::add);
            command.add(ordered.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
            command.add(mainClass);
            command.addAll(args);
            return command;
        }
    }

    /** Starts it with its output in a temporary folder that {@link #close} removes. */
    public static JavaProcess start(Launch launch) {
        return start(launch, Folders.temporary("dsx-process"), true, null);
    }

    /** The same for a program with Spark that a test starts five times or more: later starts take half as long. */
    public static JavaProcess startOften(Launch launch) {
        return start(launch, Folders.temporary("dsx-process"), true, new ClassArchive(launch.libraries()));
    }

    /** Starts it with its output in {@code logs}, which is kept. Output of an earlier process there is replaced. */
    public static JavaProcess start(Launch launch, Path logs) {
        return start(launch, logs, false, null);
    }

    private static JavaProcess start(Launch launch, Path logs, boolean ownLogs, ClassArchive archive) {
        try {
            Files.createDirectories(logs);
            ProcessBuilder builder = new ProcessBuilder(launch.command(archive == null ? List.of() : archive.options()))
                    .redirectOutput(logs.resolve("stdout").toFile())
                    .redirectError(logs.resolve("stderr").toFile());
            builder.environment().putAll(launch.environment());
            Process process = builder.start();
            ALIVE.add(process);
            process.onExit().thenAccept(ended -> {
                ALIVE.remove(ended);
                if (archive != null && ended.exitValue() == 0) {
                    archive.ended();
                }
            });
            return new JavaProcess(launch, logs, ownLogs, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + launch.mainClass(), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Everything it has printed to stdout so far. */
    public String stdout() {
        return read("stdout");
    }

    /** Everything it has printed to stderr so far; our modules log there. */
    public String stderr() {
        return read("stderr");
    }

    /**
     * Waits for a complete line of stdout that starts with {@code prefix}.
     *
     * @return the line
     * @throws IllegalStateException with the end of its output, if it ends or the time is over before
     */
    public String awaitLine(String prefix, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean alive = isAlive();
            String output = stdout();
            String complete = output.substring(0, output.lastIndexOf('\n') + 1);
            var line = complete.lines().filter(l -> l.startsWith(prefix)).findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            if (!alive) {
                throw failure("ended with " + process.exitValue() + " before it printed a line with '" + prefix + "'");
            }
            if (System.nanoTime() > deadline) {
                throw failure("printed no line with '" + prefix + "' within " + limit);
            }
            pause();
        }
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        exitCode(CLEAN_STOP);
    }

    /**
     * SIGTERM, and waits for its end.
     *
     * @return the exit code
     * @throws IllegalStateException if it does not end within two minutes; it is killed then
     */
    public int terminate() {
        process.destroy();
        return exitCode(CLEAN_STOP);
    }

    /**
     * Waits for its end.
     *
     * @throws IllegalStateException if it does not end in time; it is killed then
     */
    public int exitCode(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw failure("was still running after " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw failure("was killed: its test was interrupted");
        }
    }

    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
        if (ownLogs) {
            Folders.delete(logs);
        }
    }

    private IllegalStateException failure(String what) {
        return new IllegalStateException(launch.mainClass() + " " + what + "\n--- stdout\n" + tail(stdout())
                + "\n--- stderr\n" + tail(stderr()));
    }

    private String read(String file) {
        try {
            return Files.readString(logs.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tail(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
