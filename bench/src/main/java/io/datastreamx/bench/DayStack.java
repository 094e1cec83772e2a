package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A whole stack in a home, handled through {@code dsx} as its users do. Closing stops it. */
final class DayStack implements AutoCloseable {
    /** The second router starts half a checkpoint interval after the first. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration LOOK = Duration.ofSeconds(3);

    private final Path home;
    private JsonNode status;

    DayStack(Path home) {
        this.home = home;
    }

    /**
     * Returns when all layers serve and both routers do.
     *
     * @param aggregators file of those to route to
     */
    void up(Path aggregators) throws IOException, InterruptedException {
        // The recount asks for all minutes of all rollups at once.
        dsx("up", "--aggregators", aggregators.toString(), "--set", "serving.most-rows=1000000", "--json");
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!look().at("/processes/routing-2/ready").asBoolean()) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException("the second router was not ready within " + PATIENCE);
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    /** What {@code dsx status} says now. */
    JsonNode look() throws IOException, InterruptedException {
        status = Machine.JSON.readTree(dsx("status", "--json"));
        return status;
    }

    String kafka() {
        return status.get("kafka").asText();
    }

    String http() {
        return status.get("http").asText();
    }

    /** Process ids by name, as of the last look. */
    Map<String, Long> processes() {
        Map<String, Long> pids = new TreeMap<>();
        status.get("processes")
                .properties()
                .forEach(each ->
                        pids.put(each.getKey(), each.getValue().get("pid").asLong()));
        pids.put("supervisor", status.at("/supervisor/pid").asLong());
        return pids;
    }

    /** How often a process was started again, as of the last look. */
    int restarts() {
        int restarts = 0;
        for (JsonNode process : status.get("processes")) {
            restarts += process.get("restarts").asInt();
        }
        return restarts;
    }

    /** Starts a night; what it prints goes to {@code report}. */
    Process night(Path report) throws IOException {
        return command("batch", "--json")
                .redirectOutput(report.toFile())
                .redirectError(home.resolve("logs/night.log").toFile())
                .start();
    }

    private String dsx(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(home, "dsx", ".out");
        try {
            Process process = command(arguments)
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            home.resolve("bench-dsx.log").toFile()))
                    .start();
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException("dsx " + String.join(" ", arguments) + " ended with " + code + ":\n"
                        + Files.readString(home.resolve("bench-dsx.log")));
            }
            return Files.readString(out, StandardCharsets.UTF_8);
        } finally {
            Files.deleteIfExists(out);
        }
    }

    /** In a session of its own, so that Ctrl-C reaches only this benchmark; and what is built is not built again. */
    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("setsid", Repository.root().resolve("dsx").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--home", home.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DSX_BUILD", "never");
        return builder;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        dsx("down");
    }
}
