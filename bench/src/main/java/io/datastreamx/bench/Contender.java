package io.datastreamx.bench;

import io.datastreamx.bench.peers.PeerRun;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who counts live. Each runs in a JVM of its own with the same heap and collector. */
enum Contender {
    INGEST("ingest", "Ingest"),
    KAFKA_STREAMS("kafka_streams", "Kafka Streams 4.4"),
    FLINK("flink", "Flink 2.2");

    private static final List<String> HEAP = List.of("-Xmx2g", "-XX:+UseParallelGC");

    private final String id;
    private final String title;

    Contender(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** In figures, and of the peers' groups. */
    String id() {
        return id;
    }

    String title() {
        return title;
    }

    boolean isPeer() {
        return this != INGEST;
    }

    /** The topic in which a peer answers. */
    String output() {
        return id + "-answers";
    }

    /** @param home its own folder, which holds {@code keys.json} */
    static JavaProcess startIngest(String bootstrapServers, Path home) {
        List<String> options = new ArrayList<>(List.of(Repository.sparkJvmOptions()));
        options.addAll(HEAP);
        return JavaProcess.start(new JavaProcess.Launch(
                "io.datastreamx.speed.ingest.IngestMain",
                Repository.runtimeClasspath("speed-layer/ingest"),
                options,
                Map.of("datastreamx.home", home.toString(), "datastreamx.kafka.bootstrap-servers", bootstrapServers),
                List.of()));
    }

    /** @param keys file of {@link PeerRun#writeKeys} */
    JavaProcess startPeer(String bootstrapServers, Path home, Path keys) {
        return JavaProcess.start(new JavaProcess.Launch(
                this == FLINK
                        ? "io.datastreamx.bench.peers.flink.FlinkPeer"
                        : "io.datastreamx.bench.peers.streams.StreamsPeer",
                Repository.runtimeClasspath(this == FLINK ? "bench/peers/flink" : "bench/peers/streams"),
                HEAP,
                Map.of(),
                new PeerRun(bootstrapServers, id, output(), keys, home).args()));
    }
}
