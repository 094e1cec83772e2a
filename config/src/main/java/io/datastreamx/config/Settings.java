package io.datastreamx.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

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
        Spark spark,
        Routing routing,
        Ingest ingest,
        Dispatch dispatch,
        Serving serving,
        Batch batch,
        Ml ml,
        Storage storage,
        Lease lease,
        BigQuery bigquery) {
    private static final String SPARK_PREFIX = "spark.datastreamx.";
    private static final Map<String, String> SECURITY = Map.of(
            "protocol", "security.protocol",
            "mechanism", "sasl.mechanism",
            "login-callback-handler", "sasl.login.callback.handler.class",
            "jaas", "sasl.jaas.config");

    /**
     * Where the broker is, how clients sign in ({@code security}: client properties, empty without sign-in) and how
     * topics are made.
     */
    public record Kafka(String bootstrapServers, Map<String, String> security, int partitions, Duration retention) {}

    /**
     * Where Spark runs.
     *
     * @param master the master to insist on; empty for what {@code spark.master} says, or this machine
     * @param cluster whether the application is meant for a cluster and must refuse to run in one local thread
     */
    public record Spark(String master, boolean cluster) {}

    /** The router: {@code mode} is {@code real-time} or {@code micro-batch}; a zero {@code maxRuntime} is no limit. */
    public record Routing(
            String mode,
            Duration checkpointInterval,
            Duration triggerInterval,
            String checkpoint,
            int slots,
            Duration maxRuntime) {}

    /**
     * The ingest query; a zero {@code duplicateHorizon} switches recognition off, a zero {@code maxRuntime} is no
     * limit.
     */
    public record Ingest(
            Duration triggerInterval,
            long maxRecordsPerBatch,
            Duration duplicateHorizon,
            String checkpoint,
            int slots,
            Duration maxRuntime) {}

    /**
     * A writer's lease lasts {@code ttl} from its last renewal; one that starts while another holds it waits
     * {@code maxWait} at most.
     */
    public record Lease(Duration ttl, Duration maxWait) {}

    /**
     * How the lake's file system is reached.
     *
     * @param region where the lake's bucket must lie, such as {@code EUROPE-WEST1}; empty: anywhere
     * @param hadoop Hadoop properties of every process, such as {@code fs.gs.auth.type}
     */
    public record Storage(String region, Map<String, String> hadoop) {}

    public record Dispatch(String consumerGroup, int maxInFlight, double healthThreshold, int healthWindow) {}

    /**
     * @param source {@code lake}: a copy of its own in DuckDB; {@code bigquery}: BigQuery's tables, asked anew for each
     *     report
     * @param pollInterval how often the lake's logs are looked at
     * @param bigqueryPollInterval how often BigQuery is asked for news while somebody reads
     */
    public record Serving(String host, int port, String source, Duration pollInterval, Duration bigqueryPollInterval) {}

    /** Nights; files that no table names any more are deleted {@code vacuumAfter} after they were written. */
    public record Batch(int slots, int keepVersions, Duration vacuumAfter) {}

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
     * @param write {@code connector}, {@code connector-direct} or {@code load-job}
     * @param rowPolicies who may see which rows; everybody who may read a table sees it whole while there are none
     * @param liveInterval how often ingest hands complete batches over; zero for never
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
            Duration liveInterval,
            List<RowPolicy> rowPolicies,
            long maximumBytesBilled) {
        public BigQuery {
            if (!rowPolicies.isEmpty()
                    && rowPolicies.stream()
                            .allMatch(policy -> policy.aggregator().isPresent())) {
                throw new IllegalArgumentException(
                        "datastreamx.bigquery.row-policies: one without aggregator must name the service accounts of the batches and those who may see all rows;"
                                + " without it nobody could read a table whole, Spark included");
            }
        }

        public boolean isOn() {
            return !project.isEmpty();
        }
    }

    /**
     * Who may see which rows in BigQuery.
     *
     * @param name of the policy
     * @param members such as {@code group:ad-analysts@example.com}
     * @param aggregator whose rows; all rows where empty
     */
    public record RowPolicy(String name, List<String> members, Optional<String> aggregator) {
        private static RowPolicy of(Config c) {
            return new RowPolicy(
                    c.getString("name"),
                    List.copyOf(c.getStringList("members")),
                    c.hasPath("aggregator") ? Optional.of(c.getString("aggregator")) : Optional.empty());
        }
    }

    /** Reads file, environment and flags over the defaults. */
    public static Settings load() {
        ConfigFactory.invalidateCaches();
        return from(ConfigFactory.defaultOverrides()
                .withFallback(ofSparkSubmit(System.getProperties()))
                .withFallback(ConfigFactory.systemEnvironmentOverrides())
                .withFallback(ConfigFactory.defaultApplication())
                // Unresolved: what the reference derives from the home must follow an overridden home.
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve());
    }

    /**
     * Settings among the properties of a Spark job: {@code spark-submit} and Dataproc pass on nothing but
     * {@code spark.*}, so there a setting is called {@code spark.datastreamx.…}.
     */
    private static Config ofSparkSubmit(Properties properties) {
        Map<String, String> settings = properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith(SPARK_PREFIX))
                .collect(Collectors.toMap(name -> name.substring("spark.".length()), properties::getProperty));
        return ConfigFactory.parseMap(settings, "spark.datastreamx.* properties");
    }

    private static Map<String, String> security(Config c) {
        String protocol = c.getString("protocol");
        Map<String, String> properties = new TreeMap<>();
        SECURITY.forEach((setting, property) -> {
            if (!c.getString(setting).isBlank()) {
                properties.put(property, c.getString(setting));
            }
        });
        boolean sasl = protocol.startsWith("SASL_");
        if (sasl != properties.containsKey("sasl.mechanism")) {
            throw new IllegalArgumentException(
                    "configuration: datastreamx.kafka.security.protocol is '" + protocol
                            + (sasl
                                    ? "' but datastreamx.kafka.security.mechanism is not set; name one, such as OAUTHBEARER"
                                    : "', which has no sign-in, but datastreamx.kafka.security.mechanism is set; use SASL_SSL"));
        }
        return protocol.equals("PLAINTEXT") ? Map.of() : properties;
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
                            security(c.getConfig("kafka.security")),
                            c.getInt("kafka.partitions"),
                            c.getDuration("kafka.retention")),
                    new Spark(c.getString("spark.master"), c.getBoolean("spark.cluster")),
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
                            c.getString("serving.source"),
                            c.getDuration("serving.poll-interval"),
                            c.getDuration("serving.bigquery-poll-interval")),
                    new Batch(
                            c.getInt("batch.slots"),
                            c.getInt("batch.keep-versions"),
                            c.getDuration("batch.vacuum-after")),
                    new Ml(
                            c.getLong("ml.seed"),
                            c.getDouble("ml.calibration-share"),
                            c.getDouble("ml.holdout-share"),
                            c.getLong("ml.min-responses"),
                            c.getDouble("ml.exploration.gamma"),
                            c.getDouble("ml.exploration.floor"),
                            c.getDouble("ml.probe-share")),
                    new Storage(c.getString("lake.region"), properties(c.getConfig("lake.hadoop"))),
                    new Lease(c.getDuration("lease.ttl"), c.getDuration("lease.max-wait")),
                    new BigQuery(
                            c.getString("bigquery.project"),
                            c.getString("bigquery.dataset"),
                            c.getString("bigquery.location"),
                            c.getString("bigquery.endpoint").replaceAll("/+$", ""),
                            c.getString("bigquery.access-token"),
                            c.getString("bigquery.write"),
                            c.getString("bigquery.temporary-bucket"),
                            c.getDuration("bigquery.live-interval"),
                            c.getConfigList("bigquery.row-policies").stream()
                                    .map(RowPolicy::of)
                                    .toList(),
                            c.getBytes("bigquery.maximum-bytes-billed")));
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
