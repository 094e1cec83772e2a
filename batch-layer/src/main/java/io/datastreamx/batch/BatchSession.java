package io.datastreamx.batch;

import io.datastreamx.config.Settings;
import io.datastreamx.spark.SparkProfile;
import io.datastreamx.spark.SparkSessions;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a night. */
final class BatchSession {
    private BatchSession() {}

    static SparkSession start(Settings settings) {
        return SparkSessions.open(settings, profile(settings.batch().slots()));
    }

    static SparkProfile profile(int slots) {
        return SparkProfile.named("night", slots)
                .withDelta()
                .onOneMachine("spark.sql.shuffle.partitions", Integer.toString(Math.max(2, slots)), "one for each slot")
                .onOneMachine(
                        "spark.sql.sources.parallelPartitionDiscovery.parallelism",
                        Integer.toString(Math.max(2, slots)),
                        "a vacuum would list its folders with ten thousand tasks")
                .byDefault(
                        "spark.databricks.delta.constraints.allowUnenforcedNotNull.enabled",
                        "true",
                        "nested columns are declared NOT NULL for readers; Delta cannot enforce that below an array")
                .byDefault(
                        "spark.databricks.delta.optimize.minFileSize",
                        Long.toString(32L << 20),
                        "files of this size are left alone by compaction, so that a night does not rewrite the whole log")
                .byDefault("spark.databricks.delta.optimize.maxFileSize", Long.toString(128L << 20), "the same")
                .byDefault("spark.sql.ui.explainMode", "simple", "nobody reads more, and plans are long")
                .byDefault(
                        "spark.sql.codegen.cache.maxEntries",
                        "2000",
                        "a night has several hundred generated classes; with 100 the next one compiles them all again")
                .byDefault(
                        "spark.sql.codegen.hugeMethodLimit",
                        "8000",
                        "HotSpot leaves longer methods to its interpreter; Spark then makes shorter ones")
                .byDefault(
                        "spark.sql.dataFrameQueryContext.enabled",
                        "false",
                        "otherwise every column of every query notes a stack trace")
                .byDefault("spark.log.level", "WARN", "a night says itself how far it is");
    }
}
