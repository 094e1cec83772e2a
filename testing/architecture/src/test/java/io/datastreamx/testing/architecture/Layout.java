package io.datastreamx.testing.architecture;

import static io.datastreamx.testing.architecture.Library.COMMONS_MATH;
import static io.datastreamx.testing.architecture.Library.DATASKETCHES;
import static io.datastreamx.testing.architecture.Library.DELTA_KERNEL;
import static io.datastreamx.testing.architecture.Library.DELTA_SPARK;
import static io.datastreamx.testing.architecture.Library.DUCKDB;
import static io.datastreamx.testing.architecture.Library.FASTUTIL;
import static io.datastreamx.testing.architecture.Library.FLINK;
import static io.datastreamx.testing.architecture.Library.GOOGLE_AUTH;
import static io.datastreamx.testing.architecture.Library.HADOOP;
import static io.datastreamx.testing.architecture.Library.JACKSON;
import static io.datastreamx.testing.architecture.Library.JAVALIN;
import static io.datastreamx.testing.architecture.Library.JETTY;
import static io.datastreamx.testing.architecture.Library.JLINE;
import static io.datastreamx.testing.architecture.Library.JMH;
import static io.datastreamx.testing.architecture.Library.JOSE;
import static io.datastreamx.testing.architecture.Library.KAFKA_CLIENTS;
import static io.datastreamx.testing.architecture.Library.KAFKA_SERVER;
import static io.datastreamx.testing.architecture.Library.KAFKA_STREAMS;
import static io.datastreamx.testing.architecture.Library.OJALGO;
import static io.datastreamx.testing.architecture.Library.PARQUET;
import static io.datastreamx.testing.architecture.Library.PICOCLI;
import static io.datastreamx.testing.architecture.Library.SPARK;
import static io.datastreamx.testing.architecture.Library.TYPESAFE_CONFIG;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The one allow-list: which module may use which others of ours, and which libraries. Dependencies point one way,
 * {@code contract} ← {@code ml/policy} ← everything else; the three layers never use each other, and only what is named
 * here as Spark's may touch Spark.
 */
final class Layout {
    /**
     * What a module may use.
     *
     * @param modules ours
     * @param libraries foreign ones, besides the JDK
     * @param why of a rule that a reader may want to break; empty where it is plain
     */
    record Place(Set<String> modules, Set<Library> libraries, String why) {
        boolean bringsSpark() {
            return libraries.contains(SPARK);
        }

        /** The rule's reason, to stand behind a violation. */
        String reason() {
            return why.isEmpty() ? "" : " (" + why + ")";
        }
    }

    private static final String LAYERS = "layers never use each other";
    private static final String PEERS = "what ingest is measured against never meets it on one class path";
    private static final Map<String, Place> PLACES = new LinkedHashMap<>();

    static {
        place("contract/core", "what all agree on knows no I/O and nobody", libraries(JACKSON, DATASKETCHES));
        place("contract/spark", "", libraries(SPARK), "contract/core");
        place("process", "the life of a process knows nothing of what the process does", libraries());
        place("config", "settings are values: no Kafka, no Spark, no lake", libraries(TYPESAFE_CONFIG), "process");
        place(
                "lake",
                "Delta without Spark, and nothing of Kafka",
                libraries(DELTA_KERNEL, HADOOP, JACKSON),
                "contract/core",
                "config",
                "process");
        place(
                "tokens",
                "who boxes are; the edge believes it, operators and the simulator sign it",
                libraries(JOSE, JACKSON),
                "contract/core",
                "process");
        place("kafka/client", "", libraries(KAFKA_CLIENTS), "config", "process");
        place(
                "kafka/policy",
                "",
                libraries(KAFKA_CLIENTS, JACKSON),
                "contract/core",
                "config",
                "process",
                "lake",
                "kafka/client",
                "ml/policy");
        place("kafka/broker", "", libraries(KAFKA_SERVER, KAFKA_CLIENTS), "process");
        place("spark-session", "", libraries(SPARK), "config", "process", "lake");
        place("ml/policy", "decisions are pure: no I/O, no clock, no layer", libraries(JACKSON), "contract/core");
        place(
                "ml/training",
                "",
                libraries(SPARK, JACKSON, COMMONS_MATH, OJALGO),
                "contract/core",
                "config",
                "lake",
                "ml/policy");
        place(
                "speed-layer/routing",
                LAYERS,
                libraries(SPARK, KAFKA_CLIENTS),
                "contract/core",
                "config",
                "process",
                "lake",
                "kafka/client",
                "kafka/policy",
                "spark-session",
                "ml/policy");
        place(
                "speed-layer/ingest",
                LAYERS,
                libraries(
                        SPARK,
                        HADOOP,
                        PARQUET,
                        DELTA_KERNEL,
                        DELTA_SPARK,
                        JACKSON,
                        KAFKA_CLIENTS,
                        DATASKETCHES,
                        FASTUTIL),
                "contract/core",
                "config",
                "process",
                "lake",
                "kafka/client",
                "spark-session",
                "warehouse/views",
                "warehouse/client",
                "warehouse/spark");
        place(
                "speed-layer/dispatch",
                LAYERS + "; a dispatcher starts in a second, without Spark",
                libraries(KAFKA_CLIENTS, JACKSON),
                "contract/core",
                "config",
                "process",
                "lake",
                "kafka/client",
                "kafka/policy",
                "ml/policy");
        place(
                "speed-layer/edge",
                LAYERS + "; boxes come from outside, so what they can reach is small",
                libraries(JETTY, KAFKA_CLIENTS, JACKSON),
                "contract/core",
                "config",
                "process",
                "kafka/client",
                "tokens");
        place(
                "batch-layer",
                LAYERS,
                libraries(SPARK, HADOOP, DELTA_SPARK, PICOCLI, JACKSON),
                "contract/core",
                "contract/spark",
                "config",
                "process",
                "lake",
                "kafka/client",
                "kafka/policy",
                "spark-session",
                "ml/policy",
                "ml/training",
                "warehouse/views",
                "warehouse/client",
                "warehouse/spark");
        place(
                "serving-layer",
                LAYERS + "; serving is embedded and has no Spark",
                libraries(DUCKDB, JAVALIN, JACKSON, JOSE, KAFKA_CLIENTS),
                "contract/core",
                "config",
                "process",
                "lake",
                "tokens",
                "kafka/client",
                "warehouse/views",
                "warehouse/client");
        place("warehouse/views", "one store's SQL, generated from the contract", libraries(), "contract/core");
        place("warehouse/client", "", libraries(JACKSON), "config", "process", "warehouse/views");
        place("warehouse/spark", "", libraries(SPARK), "config", "warehouse/views", "warehouse/client");
        place(
                "simulator",
                "nothing but logs leaves it: no layer and no learning may see its truth",
                libraries(KAFKA_CLIENTS, JACKSON, PICOCLI, TYPESAFE_CONFIG, OJALGO),
                "contract/core",
                "config",
                "process",
                "kafka/client",
                "tokens");
        place(
                "simulator/lab",
                "the closed loop: the only place where a world's truth and learning meet, and only its logs reach learning",
                libraries(SPARK, JACKSON, PICOCLI),
                "contract/core",
                "config",
                "process",
                "spark-session",
                "simulator",
                "ml/policy",
                "ml/training");
        place(
                "verification",
                "the judge shares no code with what it judges",
                libraries(KAFKA_CLIENTS, JACKSON),
                "process");
        place("dataproc/submit", "", libraries(JACKSON, TYPESAFE_CONFIG, GOOGLE_AUTH), "contract/core", "process");
        place(
                "cli",
                "starts the others and asks them; Spark runs in processes of its own",
                libraries(PICOCLI, JLINE, JACKSON, KAFKA_CLIENTS),
                "contract/core",
                "config",
                "process",
                "lake",
                "kafka/client",
                "kafka/policy",
                "simulator",
                "tokens",
                "verification",
                "dataproc/submit");
        place(
                "bench",
                "what is measured runs in processes of its own",
                libraries(KAFKA_CLIENTS, JACKSON, PICOCLI, DELTA_KERNEL, JMH),
                "contract/core",
                "config",
                "process",
                "lake",
                "kafka/client",
                "kafka/policy",
                "ml/policy",
                "ml/training",
                "tokens",
                "verification",
                "bench/peers/counting",
                "bench/peers/deciding",
                "testing/support");
        place(
                "bench/peers/counting",
                "peers follow the contract as ingest does, and share none of its code",
                libraries(),
                "contract/core");
        place(
                "bench/peers/deciding",
                "peers decide by the routers' policy, and share none of their transport",
                libraries(JACKSON),
                "contract/core",
                "ml/policy");
        place(
                "bench/peers/streams",
                PEERS,
                libraries(KAFKA_STREAMS, KAFKA_CLIENTS),
                "contract/core",
                "process",
                "ml/policy",
                "bench/peers/counting",
                "bench/peers/deciding");
        place(
                "bench/peers/flink",
                PEERS,
                libraries(FLINK, KAFKA_CLIENTS),
                "contract/core",
                "process",
                "ml/policy",
                "bench/peers/counting",
                "bench/peers/deciding");
        place("testing/support", "", libraries(KAFKA_CLIENTS));
    }

    private Layout() {}

    static Set<String> modules() {
        return PLACES.keySet();
    }

    /** A module that has no place may use nothing. */
    static Place of(String module) {
        return PLACES.getOrDefault(module, new Place(Set.of(), Set.of(), "it has no place in Layout"));
    }

    private static void place(String module, String why, Set<Library> libraries, String... modules) {
        PLACES.put(module, new Place(Set.of(modules), libraries, why));
    }

    private static Set<Library> libraries(Library... libraries) {
        return new HashSet<>(Arrays.asList(libraries));
    }
}
