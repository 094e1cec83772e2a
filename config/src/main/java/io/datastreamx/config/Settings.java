package io.datastreamx.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The whole configuration as one typed tree; {@code reference.conf} states every default and its meaning.
 *
 * @param home folder of all local state, absolute
 * @param currency ISO-4217 currency of all sums
 * @param lakeUri Hadoop URI of the lake's root, without a trailing slash
 * @param keysFile path of the key ring
 */
public record Settings(
        String home,
        String currency,
        String lakeUri,
        String keysFile,
        Kafka kafka,
        Routing routing,
        Ingest ingest,
        Dispatch dispatch,
        Serving serving,
        Batch batch,
        Ml ml,
        Storage storage,
        Lease lease) {

    /** Where the broker is and how topics are made. */
    public record Kafka(String bootstrapServers, int partitions, Duration retention) {}

    /** The router: {@code mode} is {@code real-time} or {@code micro-batch}; a zero {@code maxRuntime} is no limit. */
    public record Routing(
            String mode,
            Duration checkpointInterval,
            Duration triggerInterval,
            String checkpoint,
            int slots,
            Duration maxRuntime) {}

    /** The ingest query; a zero {@code duplicateHorizon} switches recognition off, a zero {@code maxRuntime} is no limit. */
    public record Ingest(
            Duration triggerInterval,
            long maxRecordsPerBatch,
            Duration duplicateHorizon,
            String checkpoint,
            int slots,
            Duration maxRuntime) {}

    /** A writer's lease lasts {@code ttl} from its last renewal; one that starts while another holds it waits {@code maxWait} at most. */
    public record Lease(Duration ttl, Duration maxWait) {}

    /**
     * How the lake's file system is reached.
     *
     * @param region where the lake's bucket must lie, such as {@code EUROPE-WEST1}; empty: anywhere
     * @param hadoop Hadoop properties of every process, such as {@code fs.gs.auth.type}
     */
    public record Storage(String region, Map<String, String> hadoop) {}

    public record Dispatch(String consumerGroup, int maxInFlight, double healthThreshold, int healthWindow) {}

    public record Serving(String host, int port, Duration pollInterval) {}

    public record Batch(int slots, int keepVersions) {}

    /** Training and the policy that promotion writes. */
    public record Ml(
            long seed,
            double calibrationShare,
            double holdoutShare,
            long minResponses,
            double explorationGamma,
            double explorationFloor,
            double probeShare) {}

    /** Reads file, environment and flags over the defaults. */
    public static Settings load() {
        ConfigFactory.invalidateCaches();
        return from(ConfigFactory.defaultOverrides()
                .withFallback(ConfigFactory.systemEnvironmentOverrides())
                .withFallback(ConfigFactory.defaultApplication())
                // Unresolved: what the reference derives from the home must follow an overridden home.
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve());
    }

    /**
     * @param resolved a configuration that contains the reference
     * @throws IllegalArgumentException naming the setting that is missing or wrong
     */
    public static Settings from(Config resolved) {
        try {
            Config c = resolved.getConfig("datastreamx");
            return new Settings(
                    c.getString("home"),
                    c.getString("currency"),
                    c.getString("lake.uri").replaceAll("/+$", ""),
                    c.getString("keys.file"),
                    new Kafka(
                            c.getString("kafka.bootstrap-servers"),
                            c.getInt("kafka.partitions"),
                            c.getDuration("kafka.retention")),
                    new Routing(
                            c.getString("routing.mode"),
                            c.getDuration("routing.checkpoint-interval"),
                            c.getDuration("routing.trigger-interval"),
                            c.getString("routing.checkpoint"),
                            c.getInt("routing.slots"),
                            c.getDuration("routing.max-runtime")),
                    new Ingest(
                            c.getDuration("ingest.trigger-interval"),
                            c.getLong("ingest.max-records-per-batch"),
                            c.getDuration("ingest.duplicate-horizon"),
                            c.getString("ingest.checkpoint"),
                            c.getInt("ingest.slots"),
                            c.getDuration("ingest.max-runtime")),
                    new Dispatch(
                            c.getString("dispatch.consumer-group"),
                            c.getInt("dispatch.max-in-flight"),
                            c.getDouble("dispatch.health-threshold"),
                            c.getInt("dispatch.health-window")),
                    new Serving(
                            c.getString("serving.host"),
                            c.getInt("serving.port"),
                            c.getDuration("serving.poll-interval")),
                    new Batch(c.getInt("batch.slots"), c.getInt("batch.keep-versions")),
                    new Ml(
                            c.getLong("ml.seed"),
                            c.getDouble("ml.calibration-share"),
                            c.getDouble("ml.holdout-share"),
                            c.getLong("ml.min-responses"),
                            c.getDouble("ml.exploration.gamma"),
                            c.getDouble("ml.exploration.floor"),
                            c.getDouble("ml.probe-share")),
                    new Storage(c.getString("lake.region"), properties(c.getConfig("lake.hadoop"))),
                    new Lease(c.getDuration("lease.ttl"), c.getDuration("lease.max-wait")));
        } catch (ConfigException e) {
            throw new IllegalArgumentException("configuration: " + e.getMessage(), e);
        }
    }

    /** A subtree as flat properties; how its dots were nested does not matter. */
    private static Map<String, String> properties(Config subtree) {
        Map<String, String> flat = new TreeMap<>();
        subtree.entrySet()
                .forEach(entry -> flat.put(
                        String.join(".", ConfigUtil.splitPath(entry.getKey())),
                        entry.getValue().unwrapped().toString()));
        return flat;
    }
}
