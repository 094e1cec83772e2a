package io.datastreamx.bench;

import io.datastreamx.bench.peers.deciding.DecidingRun;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Who decides. Each runs in JVMs of its own, with the same heap and collector, from the same two files. */
enum Decider {
    ROUTER("router", 1, "real-time"),
    TWO_ROUTERS("two_routers", 2, "real-time"),
    PLAIN_LOOP("plain_loop", "bench", "io.datastreamx.bench.PlainDecider"),
    KAFKA_STREAMS("kafka_streams", "bench/peers/streams", "io.datastreamx.bench.peers.streams.StreamsDecider"),
    FLINK("flink", "bench/peers/flink", "io.datastreamx.bench.peers.flink.FlinkDecider"),
    SPARK_MICRO_BATCH("spark_micro_batch", 1, "micro-batch");

    private static final List<String> HEAP = List.of("-Xmx768m", "-XX:+UseSerialGC");

    private final String id;
    private final int routers;
    private final String mode;
    private final String module;
    private final String mainClass;

    Decider(String id, int routers, String mode) {
        this(id, routers, mode, "speed-layer/routing", "io.datastreamx.speed.routing.RoutingMain");
    }

    Decider(String id, String module, String mainClass) {
        this(id, 0, "", module, mainClass);
    }

    Decider(String id, int routers, String mode, String module, String mainClass) {
        this.id = id;
        this.routers = routers;
        this.mode = mode;
        this.module = module;
        this.mainClass = mainClass;
    }

    /** In figures. */
    String id() {
        return id;
    }

    boolean isPeer() {
        return routers == 0 || mode.equals("micro-batch");
    }

    /** Where the checkpoints of its routers are; none for others. */
    List<Path> checkpoints(Path home) {
        return IntStream.rangeClosed(1, mode.equals("real-time") ? routers : 0)
                .mapToObj(number -> home.resolve("routing-" + number).resolve(mode))
                .toList();
    }

    /** @param home its own folder, in which the lake of {@code policy} is */
    List<JavaProcess> start(String bootstrapServers, Path home, DecidingPolicy policy) {
        if (routers == 0) {
            return List.of(JavaProcess.start(new JavaProcess.Launch(
                    mainClass,
                    Repository.runtimeClasspath(module),
                    HEAP,
                    Map.of(),
                    new DecidingRun(bootstrapServers, id, policy.document(), policy.model(), home.resolve(id))
                            .args())));
        }
        return IntStream.rangeClosed(1, routers)
                .mapToObj(number -> router(bootstrapServers, home, number))
                .toList();
    }

    private JavaProcess router(String bootstrapServers, Path home, int number) {
        List<String> options = new ArrayList<>(List.of(Repository.sparkJvmOptions()));
        options.addAll(HEAP);
        options.add("-XX:MetaspaceSize=192m");
        Map<String, String> properties = new HashMap<>();
        properties.put("datastreamx.home", home.toString());
        properties.put("datastreamx.kafka.bootstrap-servers", bootstrapServers);
        properties.put("datastreamx.routing.mode", mode);
        properties.put("datastreamx.routing.checkpoint", "file://" + home.resolve("routing-" + number));
        return JavaProcess.start(
                new JavaProcess.Launch(mainClass, Repository.runtimeClasspath(module), options, properties, List.of()),
                home.resolve("logs-" + number));
    }
}
