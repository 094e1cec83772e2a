package io.datastreamx.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child JVM with one of {@link Lives}. The child JVMs of other modules' tests cannot be used: they build on us. */
final class Child implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final Path out;
    private final Path err;
    private final Process process;

    private Child(Path folder, String life) throws IOException {
        out = folder.resolve("stdout");
        err = folder.resolve("stderr");
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Lives.class.getName(),
                        life)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    static Child start(Path folder, String life) throws IOException {
        return new Child(folder, life);
    }

    void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!stdout().startsWith("READY ")) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IllegalStateException("not ready: " + String.join("\n", stderr()));
            }
            Thread.sleep(20);
        }
    }

    void terminate() {
        process.destroy();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("still alive after " + LIMIT);
        }
        return process.exitValue();
    }

    String stdout() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    List<String> stderr() throws IOException {
        return Files.readAllLines(err, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
