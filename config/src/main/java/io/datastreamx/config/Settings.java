package io.datastreamx.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The whole configuration as one typed tree; {@code reference.conf} states every default and its meaning. What exists
 * is valid: each part refuses values that it does not allow.
 *
 * @param home folder of all local state, absolute
 * @param currency ISO-4217 currency of all sums
 * @param lakeUri Hadoop URI of the lake's root, without a trailing slash
 * @param keysFile path or Hadoop URI of the key ring
 */
public record Settings(
        String home,
        String currency,
        String lakeUri,
        String keysFile,
        KafkaSettings kafka,
        EdgeSettings edge,
        SparkSettings spark,
        RoutingSettings routing,
        IngestSettings ingest,
        DispatchSettings dispatch,
        ServingSettings serving,
        BatchSettings batch,
        ReportSettings reports,
        MlSettings ml,
        StorageSettings storage,
        LeaseSettings lease,
        BigQuerySettings bigquery) {
    private static final String ROOT = "datastreamx";
    private static final String SPARK_PREFIX = "spark.datastreamx.";
    private static final String FILE = "config.file";

    public Settings {
        if (!Path.of(home).isAbsolute()) {
            throw new SettingsException("datastreamx.home is '" + home + "'; it must be an absolute path");
        }
        Allowed.matching("datastreamx.currency", currency, "[A-Z]{3}", "an ISO-4217 code, such as EUR");
        Allowed.uri("datastreamx.lake.uri", lakeUri);
        Allowed.given("datastreamx.keys.file", keysFile);
        if (serving.source() == ServingSource.BIGQUERY && !bigquery.isOn()) {
            throw new SettingsException(
                    "datastreamx.serving.source is bigquery, but datastreamx.bigquery.project is empty; it must name a project");
        }
    }

    /**
     * Reads flags, properties of a Spark job, environment and file over the defaults.
     *
     * @throws SettingsException naming the setting that is missing, wrong or unknown
     */
    public static Settings load() {
        return load(Map.of());
    }

    /**
     * As a process would read them that is started with these system properties besides; this process stays as it is.
     *
     * @param overrides {@code datastreamx.…} and {@code config.file}; others do not matter here
     * @throws SettingsException naming the setting that is missing, wrong or unknown
     */
    public static Settings load(Map<String, ?> overrides) {
        ConfigFactory.invalidateCaches();
        try {
            return of(properties(overrides, ROOT + ".", 0)
                    .withFallback(ConfigFactory.defaultOverrides())
                    .withFallback(ofSparkSubmit(System.getProperties()))
                    .withFallback(ConfigFactory.systemEnvironmentOverrides())
                    .withFallback(file(overrides))
                    // Unresolved: what the reference derives from the home must follow an overridden home.
                    .withFallback(ConfigFactory.defaultReferenceUnresolved())
                    .resolve());
        } catch (ConfigException e) {
            throw new SettingsException("configuration: " + e.getMessage(), e);
        }
    }

    /** Every name that a setting may have. */
    static KnownSettings known() {
        return new KnownSettings(ConfigFactory.defaultReferenceUnresolved().withOnlyPath(ROOT));
    }

    /**
     * Settings among the properties of a Spark job: {@code spark-submit} and Dataproc pass on nothing but
     * {@code spark.*}, so there a setting is called {@code spark.datastreamx.…}.
     */
    private static Config ofSparkSubmit(Properties properties) {
        return properties(
                properties.stringPropertyNames().stream()
                        .collect(Collectors.toMap(name -> name, properties::getProperty)),
                SPARK_PREFIX,
                "spark.".length());
    }

    private static Config properties(Map<String, ?> all, String prefix, int leftOff) {
        Map<String, Object> settings = all.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .collect(Collectors.toMap(entry -> entry.getKey().substring(leftOff), Map.Entry::getValue));
        return ConfigFactory.parseMap(settings, prefix + "* properties");
    }

    private static Config file(Map<String, ?> overrides) {
        return overrides.get(FILE) == null
                ? ConfigFactory.defaultApplication()
                : ConfigFactory.parseFile(
                        new File(overrides.get(FILE).toString()),
                        ConfigParseOptions.defaults().setAllowMissing(false));
    }

    private static Settings of(Config resolved) {
        known().requireAll(resolved.withOnlyPath(ROOT));
        Values values = new Values(resolved.getConfig(ROOT), ROOT);
        return new Settings(
                values.text("home"),
                values.text("currency"),
                values.text("lake.uri").replaceAll("/+$", ""),
                values.text("keys.file"),
                KafkaSettings.of(values.at("kafka")),
                EdgeSettings.of(values.at("edge")),
                SparkSettings.of(values.at("spark")),
                RoutingSettings.of(values.at("routing")),
                IngestSettings.of(values.at("ingest")),
                DispatchSettings.of(values.at("dispatch")),
                ServingSettings.of(values.at("serving")),
                BatchSettings.of(values.at("batch")),
                ReportSettings.of(values.at("reports")),
                MlSettings.of(values.at("ml")),
                StorageSettings.of(values.at("lake")),
                LeaseSettings.of(values.at("lease")),
                BigQuerySettings.of(values.at("bigquery")));
    }
}
