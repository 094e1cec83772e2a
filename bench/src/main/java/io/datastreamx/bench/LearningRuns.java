package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs of the simulator's lab, each in a process of its own; what is finished is kept as a file and read the next time.
 */
final class LearningRuns {
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Path folder;
    private final long seed;
    private final int requestsPerDay;
    private int left;

    /** @param most how many new ones may be made */
    LearningRuns(Path folder, long seed, int requestsPerDay, int most) {
        this.folder = folder;
        this.seed = seed;
        this.requestsPerDay = requestsPerDay;
        this.left = most;
    }

    /**
     * One policy in one world; empty where it is not there and may not be made. @param python for Vowpal Wabbit, or
     * null
     */
    Optional<JsonNode> run(String world, String policy, int days, Path python)
            throws IOException, InterruptedException {
        String name = world.replaceAll("[^A-Za-z0-9_-]", "_") + "--" + policy.replaceAll("[^A-Za-z0-9_.-]", "_");
        Path file = folder.resolve("%s--%dx%d--%d.json".formatted(name, days, requestsPerDay, seed));
        if (!Files.exists(file)) {
            if (left-- <= 0) {
                return Optional.empty();
            }
            make(world, policy, days, python, file);
        }
        return Optional.of(Machine.JSON.readTree(file.toFile()));
    }

    private void make(String world, String policy, int days, Path python, Path file)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<String> args = new ArrayList<>(List.of(
                "--world",
                world,
                "--policy",
                policy,
                "--days",
                Integer.toString(days),
                "--requests-per-day",
                Integer.toString(requestsPerDay),
                "--seed",
                Long.toString(seed),
                "--out",
                file.toString(),
                "--json"));
        if (python != null) {
            args.addAll(List.of("--python", python.toString()));
        }
        System.err.printf("%s in %s, %d days%n", policy, world, days);
        try (JavaProcess process =
                LabProgram.start("LabMain", folder.resolve("home"), List.of("-Xmx3g", "-XX:+UseSerialGC"), args)) {
            while (process.isAlive()) {
                Thread.sleep(LOOK.toMillis());
            }
            if (!Files.exists(file)) {
                throw new IllegalStateException(
                        "the lab ended without a result:\n" + process.stdout() + process.stderr());
            }
        }
    }
}
