package io.datastreamx.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;

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
        BigQuery bigquery) {

    /** Where the broker is and how topics are made. */
    public record Kafka(String bootstrapServers, int partitions, Duration retention) {}

    /** The router: {@code mode} is {@code real-time} or {@code micro-batch}. */
    public record Routing(
            String mode, Duration checkpointInterval, Duration triggerInterval, String checkpoint, int slots) {}

    /** The ingest query; a zero {@code duplicateHorizon} switches recognition off. */
    public record Ingest(
            Duration triggerInterval,
            long maxRecordsPerBatch,
            Duration duplicateHorizon,
            String checkpoint,
            int slots) {}

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

    /**
     * The dataset that tables and views are published to; off while {@code project} is empty.
     *
     * @param write {@code connector} or {@code load-job}
     * @param maximumBytesBilled of any one statement
     */
    public record BigQuery(
            String project,
            String dataset,
            String location,
            String endpoint,
            String accessToken,
            String write,
            String temporaryBucket,
            long maximumBytesBilled) {
        public boolean isOn() {
            return !project.isEmpty();
        }
    }

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
                            c.getInt("routing.slots")),
                    new Ingest(
                            c.getDuration("ingest.trigger-interval"),
                            c.getLong("ingest.max-records-per-batch"),
                            c.getDuration("ingest.duplicate-horizon"),
                            c.getString("ingest.checkpoint"),
                            c.getInt("ingest.slots")),
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
                    new BigQuery(
                            c.getString("bigquery.project"),
                            c.getString("bigquery.dataset"),
                            c.getString("bigquery.location"),
                            c.getString("bigquery.endpoint").replaceAll("/+$", ""),
                            c.getString("bigquery.access-token"),
                            c.getString("bigquery.write"),
                            c.getString("bigquery.temporary-bucket"),
                            c.getBytes("bigquery.maximum-bytes-billed")));
        } catch (ConfigException e) {
            throw new IllegalArgumentException("configuration: " + e.getMessage(), e);
        }
    }
}
