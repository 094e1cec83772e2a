package io.datastreamx.acceptance;

import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kafka, ingest and serving as real processes on a home of their own; nights run when asked for. */
final class ProcessStack implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(4);

    private final BrokerProcess broker;
    private final Map<String, String> settings = new TreeMap<>();
    private final Map<String, String> environment;
    private final JavaProcess serving;
    private final URI api;
    private JavaProcess ingest;

    ProcessStack(Path home, Map<String, String> more) {
        this(home, more, Map.of());
    }

    /** @param environment variables that all processes get */
    ProcessStack(Path home, Map<String, String> more, Map<String, String> environment) {
        this.environment = environment;
        broker = BrokerProcess.start();
        broker.createEventTopics(2);
        settings.put("datastreamx.home", home.toString());
        settings.put("datastreamx.kafka.bootstrap-servers", broker.bootstrapServers());
        // These tests are about what is counted, not about how fast the first decision is.
        settings.put("datastreamx.routing.warm-up-requests", "1000");
        settings.put("datastreamx.dispatch.warm-up-decisions", "50");
        settings.putAll(more);
        serving = start("serving-layer", "io.datastreamx.serving.ServingMain", List.of("-Xmx1g"), List.of());
        api = URI.create(
                serving.awaitLine("READY ", START).substring("READY ".length()).strip());
        startIngest();
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    URI api() {
        return api;
    }

    String lakeUri() {
        return "file://" + settings.get("datastreamx.home") + "/lake";
    }

    ProcessHandle ingest() {
        return ProcessHandle.of(ingest.pid()).orElseThrow();
    }

    String ingestLog() {
        return ingest.stderr();
    }

    /** SIGKILL, then a new process on the same checkpoint. */
    void killAndRestartIngest() {
        ingest.kill();
        startIngest();
    }

    /** The same with other settings. */
    void killAndRestartIngest(Map<String, String> changed) {
        settings.putAll(changed);
        killAndRestartIngest();
    }

    private void startIngest() {
        ingest = start("speed-layer/ingest", "io.datastreamx.speed.ingest.IngestMain", spark("-Xmx1500m"), List.of());
        ingest.awaitLine("READY ", START);
    }

    /** Runs a night to its end. @return its exit code */
    int night(String... args) {
        try (JavaProcess night =
                start("batch-layer", "io.datastreamx.batch.NightMain", spark("-Xmx2g"), List.of(args))) {
            int code = night.exitCode(Duration.ofMinutes(8));
            if (code != 0) {
                System.err.println(night.stdout());
                System.err.println(night.stderr());
            }
            return code;
        }
    }

    private static List<String> spark(String heap) {
        return List.of(Repository.sparkJvmOptions(), heap);
    }

    private JavaProcess start(String module, String mainClass, List<String> options, List<String> args) {
        List<String> all = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        all.addAll(options);
        return JavaProcess.start(new JavaProcess.Launch(
                mainClass, Repository.runtimeClasspath(module), all, settings, args, environment));
    }

    @Override
    public void close() {
        ingest.close();
        serving.close();
        broker.close();
    }
}
