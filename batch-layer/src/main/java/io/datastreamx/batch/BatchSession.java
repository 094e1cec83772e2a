package io.datastreamx.batch;

import io.datastreamx.config.Settings;
import io.datastreamx.config.SparkPlacement;
import io.datastreamx.lake.HadoopSettings;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Spark session of a night. On a cluster {@code spark.master} and the rest come from {@code spark-submit} and win.
 */
final class BatchSession {
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("spark.app.name", "datastreamx-batch"),
            Map.entry("spark.ui.enabled", "false"),
            Map.entry("spark.driver.host", "127.0.0.1"),
            Map.entry("spark.driver.bindAddress", "127.0.0.1"),
            Map.entry("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension"),
            Map.entry("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog"),
            Map.entry("spark.databricks.delta.snapshotPartitions", "1"),
            // Nested columns are declared NOT NULL for readers; Delta cannot enforce that below an array.
            Map.entry("spark.databricks.delta.constraints.allowUnenforcedNotNull.enabled", "true"),
            // Files of this size are left alone by compaction, so that a night does not rewrite the whole log.
            Map.entry("spark.databricks.delta.optimize.minFileSize", Long.toString(32L << 20)),
            Map.entry("spark.databricks.delta.optimize.maxFileSize", Long.toString(128L << 20)),
            // One session has nothing to be isolated from; with isolation executors look every class up through RPC.
            Map.entry("spark.sql.artifact.isolation.enabled", "false"),
            Map.entry("spark.sql.session.timeZone", "UTC"),
            Map.entry("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"),
            // Grouping by request has far more groups than the 128 after which the default falls back to sorting.
            Map.entry("spark.sql.objectHashAggregate.sortBased.fallbackThreshold", "100000"),
            Map.entry("spark.sql.adaptive.enabled", "false"),
            Map.entry("spark.sql.ui.explainMode", "simple"),
            // A night has several hundred generated classes; with the default of 100 the next one compiles them all
            // again.
            Map.entry("spark.sql.codegen.cache.maxEntries", "2000"),
            // Otherwise every column of every query notes a stack trace.
            Map.entry("spark.sql.dataFrameQueryContext.enabled", "false"),
            // Overflow checks cost an allocation per addition, 43 sums a row; sums of micro-units stay far below 2^63.
            Map.entry("spark.sql.ansi.enabled", "false"),
            Map.entry("spark.log.level", "WARN"));

    private static final Logger LOG = LoggerFactory.getLogger(BatchSession.class);

    private BatchSession() {}

    static SparkSession start(Settings settings) {
        SparkConf conf = new SparkConf();
        DEFAULTS.forEach((name, value) -> {
            // On a cluster the executors must find the driver.
            if (!settings.spark().cluster() || !name.startsWith("spark.driver.")) {
                conf.setIfMissing(name, value);
            }
        });
        if (!settings.spark().master().isEmpty()) {
            conf.setMaster(settings.spark().master());
        }
        conf.setIfMissing("spark.master", "local[" + settings.batch().slots() + "]");
        if (conf.get("spark.master").startsWith("local")) {
            conf.setIfMissing(
                    "spark.sql.shuffle.partitions",
                    Integer.toString(Math.max(2, settings.batch().slots())));
        }
        HadoopSettings.forSpark(settings).forEach(conf::setIfMissing);
        SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
        String master = spark.sparkContext().master();
        int parallelism = spark.sparkContext().defaultParallelism();
        LOG.info("Spark {} with spark.master={} and defaultParallelism={}", spark.version(), master, parallelism);
        SparkPlacement.require("night", settings.spark(), master, parallelism);
        return spark;
    }
}
