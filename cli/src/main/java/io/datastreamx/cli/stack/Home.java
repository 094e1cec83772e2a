package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where one home keeps what; nothing is written outside it.
 *
 * @param dir absolute folder
 */
public record Home(Path dir) {
    /**
     * Kafka splits its folders at commas, Hadoop and Spark read {@code *?[]{}} as patterns and {@code %#:} as parts of
     * a URI; what is here means the same in all of them.
     */
    private static final String STAND_FOR_THEMSELVES = "/ -._~+@()";

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

    /** What the last start was given: ports and settings, as in {@link #state}. */
    Path lastStart() {
        return dir.resolve("run").resolve("last-start.json");
    }

    /** Held by the supervisor for as long as it lives. */
    Path lock() {
        return dir.resolve("run").resolve("lock");
    }

    /** Where the simulator says which aggregators it plays. */
    public Path simulatedAggregators() {
        return dir.resolve("run").resolve("aggregators.json");
    }

    /** Where a demo says what decisions were worth under its simulator's truth. */
    public Path simulatedWorth() {
        return dir.resolve("run").resolve("simulated-worth.json");
    }

    /**
     * Makes what is missing, and closes to all others what is there: records of boxes, keys and settings are nobody
     * else's business. A folder that holds other things besides keeps its own permissions; ours in it are closed.
     */
    public void create() {
        requireUsableName();
        try {
            if (isOurs()) {
                OwnerOnly.folder(dir);
            }
            for (Path folder : List.of(state().getParent(), logs(), kafka(), lake(), dir.resolve("checkpoints"))) {
                OwnerOnly.folder(folder);
            }
        } catch (IOException e) {
            throw new CliException(
                    "cannot use " + dir + " as home (" + e + "); name a folder of your own with --home", e);
        }
    }

    private void requireUsableName() {
        String refused = dir.toString()
                .codePoints()
                .filter(c -> !Character.isLetterOrDigit(c) && Character.getType(c) != Character.NON_SPACING_MARK)
                .filter(c -> STAND_FOR_THEMSELVES.indexOf(c) < 0)
                .distinct()
                .mapToObj(c -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString(c))
                .collect(Collectors.joining(" "));
        if (!refused.isEmpty()) {
            throw CliException.wrongUse("the home " + dir + " has in its path: " + refused
                    + " which parts of this system read as lists, patterns or parts of an address. Letters and digits of any language, spaces and "
                    + STAND_FOR_THEMSELVES.replace("/", "").replace(" ", "") + " are fine: name another with --home");
        }
    }

    private boolean isOurs() throws IOException {
        if (!Files.exists(dir) || Files.exists(state())) {
            return true;
        }
        try (Stream<Path> inside = Files.list(dir)) {
            return inside.findAny().isEmpty();
        }
    }

    private Path lake() {
        return dir.resolve("lake");
    }

    Path checkpoint(String name) {
        return dir.resolve("checkpoints").resolve(name);
    }

    /** The Hadoop URI of a path in this home. */
    public static String uri(Path path) {
        return "file://" + path;
    }
}
