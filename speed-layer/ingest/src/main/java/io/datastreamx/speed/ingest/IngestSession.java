package io.datastreamx.speed.ingest;

import io.datastreamx.config.Settings;
import io.datastreamx.spark.SparkProfile;
import io.datastreamx.spark.SparkSessions;
import org.apache.spark.sql.SparkSession;

/** The Spark session of ingest. */
final class IngestSession {
    private IngestSession() {}

    static SparkSession open(Settings settings) {
        return SparkSessions.open(settings, profile(settings.ingest().slots()));
    }

    static SparkProfile profile(int slots) {
        return SparkProfile.named("ingest", slots)
                .withDelta()
                .onOneMachine("spark.sql.shuffle.partitions", Integer.toString(slots), "one for each slot")
                .byDefault(
                        "spark.sql.objectHashAggregate.sortBased.fallbackThreshold",
                        "1000000",
                        "groups of one micro-batch are few; falling back to sorting would only slow them down")
                .byDefault("spark.sql.codegen.cache.maxEntries", "1000", "every batch runs the same few queries")
                .byDefault(
                        "spark.sql.inMemoryColumnarStorage.compressed",
                        "false",
                        "a batch is cached for seconds; compressing it costs more than it saves")
                .byDefault("spark.sql.streaming.minBatchesToRetain", "20", "enough to look back after a failure")
                .byDefault(
                        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version",
                        "2",
                        "what a batch writes counts only once Delta names it; renaming twice is for nothing")
                .byDefault(
                        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs",
                        "false",
                        "nobody looks for _SUCCESS files");
    }
}
