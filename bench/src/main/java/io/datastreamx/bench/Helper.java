package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of this benchmark in a JVM of its own, which is told what to do in lines and answers in lines. In a session
 * of its own, so that Ctrl-C reaches only the benchmark, which then ends it; it ends with the benchmark in any case,
 * since its input does.
 */
final class Helper implements AutoCloseable {
    private static final long GRACE_S = 15;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;

    /**
     * @param niceness 0 is the usual one, 19 the least claim to the processor
     * @param log where its errors go
     */
    Helper(String name, Class<?> main, int niceness, List<String> jvmOptions, Path log, List<String> args)
            throws IOException {
        this(
                name,
                niceness,
                log,
                joined(jvmOptions, List.of("-cp", System.getProperty("java.class.path"), main.getName()), args));
    }

    /** @param arguments of {@code java} */
    Helper(String name, int niceness, Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                "sh",
                "-c",
                "{ echo " + niceness + " >/proc/self/autogroup; } 2>/dev/null; exec nice -n " + niceness + " \"$@\"",
                name,
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        this.name = name;
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void awaitReady() throws IOException {
        String line = line();
        if (!line.startsWith("READY")) {
            throw new IllegalStateException(name + " said '" + line + "' instead of being ready");
        }
    }

    synchronized void tell(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
    }

    /** Asks one thing at a time and waits for the answer. */
    synchronized JsonNode ask(String order) throws IOException {
        tell(order);
        return answer();
    }

    JsonNode answer() throws IOException {
        return Machine.JSON.readTree(line());
    }

    private String line() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IllegalStateException(name + " has ended; its log says why");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
