package io.datastreamx.speed.ingest;

import io.datastreamx.config.Settings;
import io.datastreamx.config.StopSignal;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LocalFileSystemWithoutForks;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;

/** The ingest application. Prints {@code READY ingest} when it reads; SIGTERM lets the batch under way finish. */
public final class IngestMain {
    private IngestMain() {}

    public static void main(String[] args) throws Exception {
        Settings settings = Settings.load();
        SparkSession spark = session(settings);
        IngestQuery query = new IngestQuery(
                spark,
                settings,
                new Lake(settings.lakeUri()),
                Keys.loadOrCreate(Path.of(settings.keysFile())),
                Clock.systemUTC());
        stopOnSignal(query);
        query.run(() -> System.out.println("READY ingest"));
        spark.stop();
    }

    private static void stopOnSignal(IngestQuery query) {
        StopSignal signal = StopSignal.install();
        Thread waiting = new Thread(
                () -> {
                    try {
                        signal.await();
                        query.stop();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop-signal");
        waiting.setDaemon(true);
        waiting.start();
    }

    /** A session for ingest; {@code spark.master} and any other Spark setting may come as a system property or from spark-submit. */
    static SparkSession session(Settings settings) {
        SparkSession.Builder builder = SparkSession.builder().appName("datastreamx-ingest");
        if (System.getProperty("spark.master") == null) {
            builder.master("local[" + settings.ingest().slots() + "]")
                    .config("spark.driver.host", "127.0.0.1")
                    .config("spark.driver.bindAddress", "127.0.0.1")
                    .config("spark.ui.enabled", "false")
                    .config("spark.sql.shuffle.partitions", settings.ingest().slots());
        }
        return builder.config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.databricks.delta.snapshotPartitions", "1")
                // Groups of one micro-batch are few; a sort-based fallback would only slow them down.
                .config("spark.sql.objectHashAggregate.sortBased.fallbackThreshold", "1000000")
                // Session artifacts: without this every class that generated code names is first asked for over RPC.
                .config("spark.sql.artifact.isolation.enabled", "false")
                // Every batch runs the same few queries without joins: nothing to adapt, and a stage at a time is
                // slower.
                .config("spark.sql.adaptive.enabled", "false")
                .config("spark.sql.codegen.cache.maxEntries", "1000")
                // Overflow checks cost an allocation per addition, 43 sums a row; sums of micro-units stay far below
                // 2^63.
                .config("spark.sql.ansi.enabled", "false")
                // A batch is cached for seconds; compressing it costs more than it saves.
                .config("spark.sql.inMemoryColumnarStorage.compressed", "false")
                .config("spark.sql.streaming.minBatchesToRetain", "20")
                .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")
                .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
                .config("spark.hadoop.fs.file.impl", LocalFileSystemWithoutForks.class.getName())
                .getOrCreate();
    }
}
