package io.datastreamx.speed.ingest;

import io.datastreamx.config.Settings;
import io.datastreamx.config.SparkPlacement;
import io.datastreamx.lake.HadoopSettings;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LakeAccess;
import io.datastreamx.lake.WriterLease;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ingest application, the only one of its lake. Prints {@code READY ingest} when it reads; SIGTERM and the end of
 * {@code datastreamx.ingest.max-runtime} let the batch under way finish. Exit codes: 0 stopped in order; 1 failed; 5
 * another process is the writer, or has become it.
 */
public final class IngestMain {
    private static final Logger LOG = LoggerFactory.getLogger(IngestMain.class);

    private IngestMain() {}

    public static void main(String[] args) {
        Application.run("ingest", IngestMain::run);
    }

    private static ExitCode run(Application application) throws Exception {
        Settings settings = Settings.load();
        Lake lake = Lake.of(settings);
        LakeAccess.require(lake, settings);
        try (WriterLease lease = WriterLease.acquire(
                lake.files(), lake.leaseUri("ingest"), settings.home(), settings.lease(), application.stop()::pause)) {
            lease.keepRenewing(application::fail);
            try (SparkSession spark = session(settings)) {
                IngestQuery query = new IngestQuery(
                        spark, settings, lake, Keys.open(settings.keysFile(), lake.files()), lease, Clock.systemUTC());
                application.stop().raiseAfter(settings.ingest().maxRuntime());
                application.stop().whenRaised(query::stop);
                query.run(() -> application.ready("ingest"));
            }
        }
        return ExitCode.OK;
    }

    /**
     * A session for ingest; {@code spark.master} and any other Spark setting may come as a system property or from
     * spark-submit.
     */
    static SparkSession session(Settings settings) {
        SparkSession.Builder builder = SparkSession.builder().appName("datastreamx-ingest");
        HadoopSettings.forSpark(settings).forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                builder.config(name, value);
            }
        });
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
