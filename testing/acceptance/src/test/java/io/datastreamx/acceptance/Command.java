package io.datastreamx.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ./dsx} as a person calls it, always on the same home. */
final class Command {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path home;

    Command(Path home) {
        this.home = home;
    }

    /** A call under way; its standard output goes to a file, so that no pipe fills up. */
    record Running(List<String> words, Process process, Path printed) {
        /** @return what it printed on standard output, having ended with 0 */
        String output() throws IOException, InterruptedException {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(words + " has not ended within " + LIMIT);
            }
            String output = Files.readString(printed);
            Files.delete(printed);
            if (process.exitValue() != 0) {
                throw new AssertionError(words + " ended with " + process.exitValue() + ": " + output);
            }
            return output;
        }
    }

    Running start(String... words) throws IOException {
        List<String> all =
                new ArrayList<>(List.of(Repository.root().resolve("dsx").toString()));
        all.addAll(Arrays.asList(words));
        all.addAll(List.of("--home", home.toString()));
        return start(all);
    }

    String run(String... words) throws IOException, InterruptedException {
        return start(words).output();
    }

    JsonNode json(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        all.add("--json");
        return JSON.readTree(run(all.toArray(String[]::new)));
    }

    /** Any other program; its errors go to the test's own. */
    static Running start(List<String> words) throws IOException {
        Path printed = Files.createTempFile("command", ".out");
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectOutput(printed.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // The tests run what this build has made; a change on disk meanwhile is none of theirs.
        builder.environment().put("DSX_BUILD", "never");
        // A stack of minutes: the optimizing compiler would take half of the processor, and pay back after them.
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
        return new Running(words, builder.start(), printed);
    }
}
