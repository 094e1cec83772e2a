package io.datastreamx.speed.ingest;

import io.datastreamx.config.Settings;
import io.datastreamx.config.SparkPlacement;
import io.datastreamx.config.StopSignal;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LocalFileSystemWithoutForks;
import java.time.Clock;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ingest application. Prints {@code READY ingest} when it reads; SIGTERM lets the batch under way finish. */
public final class IngestMain {
    private static final Logger LOG = LoggerFactory.getLogger(IngestMain.class);

    private IngestMain() {}

    public static void main(String[] args) {
        try {
            run(Settings.load());
        } catch (Exception e) {
            LOG.error("ingest ends: {}", e.getMessage(), e);
            System.exit(1);
        }
    }

    private static void run(Settings settings) throws StreamingQueryException, TimeoutException {
        SparkSession spark = session(settings);
        Lake lake = new Lake(settings.lakeUri());
        KeyRing keys = Keys.open(settings.keysFile(), lake.files());
        IngestQuery query = new IngestQuery(spark, settings, lake, keys, Clock.systemUTC());
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
        if (!settings.spark().cluster()) {
            builder.config("spark.hadoop.fs.file.impl", LocalFileSystemWithoutForks.class.getName());
        }
        if (!settings.spark().master().isEmpty()) {
            builder.master(settings.spark().master());
        } else if (System.getProperty("spark.master") == null) {
            builder.master("local[" + settings.ingest().slots() + "]")
                    .config("spark.driver.host", "127.0.0.1")
                    .config("spark.driver.bindAddress", "127.0.0.1")
                    .config("spark.ui.enabled", "false")
                    .config("spark.sql.shuffle.partitions", settings.ingest().slots());
        }
        SparkSession spark = builder.config("spark.sql.session.timeZone", "UTC")
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
                .getOrCreate();
        String master = spark.sparkContext().master();
        int parallelism = spark.sparkContext().defaultParallelism();
        LOG.info("Spark {} with spark.master={} and defaultParallelism={}", spark.version(), master, parallelism);
        SparkPlacement.require("ingest", settings.spark(), master, parallelism);
        return spark;
    }
}
