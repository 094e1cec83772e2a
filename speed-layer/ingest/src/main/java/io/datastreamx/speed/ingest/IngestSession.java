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
                        "spark.databricks.delta.optimize.minFileSize",
                        Integer.toString(16 << 20),
                        "files that were merged before are left alone once they are worth reading")
                .byDefault(
                        "spark.databricks.delta.optimize.maxFileSize", Integer.toString(64 << 20), "one task's worth")
                .byDefault("spark.sql.streaming.minBatchesToRetain", "20", "enough to look back after a failure");
    }
}
