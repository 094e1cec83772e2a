package io.datastreamx.cli.stack;

import java.nio.file.Path;

/**
 * Where one home keeps what; nothing is written outside it.
 *
 * @param dir absolute folder
 */
public record Home(Path dir) {
    public Home {
        dir = dir.toAbsolutePath().normalize();
    }

    public Path keys() {
        return dir.resolve("keys.json");
    }

    Path kafka() {
        return dir.resolve("kafka");
    }

    public Path logs() {
        return dir.resolve("logs");
    }

    public Path log(String process) {
        return logs().resolve(process + ".log");
    }

    /** What the running stack is: ports, settings and processes. */
    Path state() {
        return dir.resolve("run").resolve("state.json");
    }

    /** Held by the supervisor for as long as it lives. */
    Path lock() {
        return dir.resolve("run").resolve("lock");
    }

    /** Where the simulator says which aggregators it plays. */
    public Path simulatedAggregators() {
        return dir.resolve("run").resolve("aggregators.json");
    }

    Path checkpoint(String name) {
        return dir.resolve("checkpoints").resolve(name);
    }

    /** The Hadoop URI of a path in this home. */
    public static String uri(Path path) {
        return "file://" + path;
    }
}
