package io.datastreamx.speed.routing;

import io.datastreamx.config.Settings;
import io.datastreamx.config.SparkPlacement;
import io.datastreamx.lake.HadoopSettings;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Spark application that a router is. */
final class RouterSession {
    private static final Logger LOG = LoggerFactory.getLogger(RouterSession.class);
    /** Spark 4.1 and later, then 4.0: the class has moved. */
    private static final List<String> CHECKPOINT_FILE_MANAGERS = List.of(
            "org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager",
            "org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager");

    private RouterSession() {}

    /** On this machine with {@code datastreamx.routing.slots} threads, unless {@code spark.master} says otherwise. */
    static SparkSession open(Settings settings) {
        SparkConf conf = new SparkConf()
                .setIfMissing("spark.app.name", "routing")
                .set("spark.ui.enabled", "false")
                .set("spark.ui.showConsoleProgress", "false")
                .set("spark.sql.shuffle.partitions", "2")
                // Session artifacts: without this every class that generated code names is first asked for over RPC.
                .set("spark.sql.artifact.isolation.enabled", "false")
                .set("spark.sql.streaming.pollingDelay", "10ms")
                .set("spark.sql.streaming.stopTimeout", "20s")
                .set("spark.sql.streaming.checkpointFileManagerClass", checkpointFileManager());
        HadoopSettings.forSpark(settings).forEach(conf::setIfMissing);
        if (!settings.spark().master().isEmpty()) {
            conf.setMaster(settings.spark().master());
        } else if (!conf.contains("spark.master")) {
            conf.setMaster("local[" + settings.routing().slots() + "]")
                    .set("spark.driver.host", "127.0.0.1")
                    .set("spark.driver.bindAddress", "127.0.0.1")
                    .set("spark.local.dir", settings.home() + "/tmp/routing")
                    .set("spark.sql.warehouse.dir", "file://" + settings.home() + "/tmp/routing/warehouse");
        }
        SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
        LOG.info(
                "Spark {} with spark.master={} and defaultParallelism={}",
                spark.version(),
                conf.get("spark.master"),
                spark.sparkContext().defaultParallelism());
        SparkPlacement.require(
                "routing",
                settings.spark(),
                spark.sparkContext().master(),
                spark.sparkContext().defaultParallelism());
        return spark;
    }

    /**
     * Real-time mode holds one slot per partition for a whole batch: with fewer, some partitions would never be read.
     * One slot alone is refused in any mode: a job that was meant for a cluster has then landed in a single local
     * thread.
     *
     * @throws IllegalStateException saying what to set
     */
    static void requireSlots(int slots, int partitions, boolean realTime) {
        if (slots < 2 || (realTime && slots < partitions)) {
            throw new IllegalStateException("routing has " + slots + " task slots for " + partitions
                    + " partitions of ad-requests; it needs at least 2, and in real-time mode one per partition."
                    + " Raise datastreamx.routing.slots, or the cores of spark.master");
        }
    }

    private static String checkpointFileManager() {
        for (String name : CHECKPOINT_FILE_MANAGERS) {
            try {
                return Class.forName(name, false, RouterSession.class.getClassLoader())
                        .getName();
            } catch (ClassNotFoundException e) {
                LOG.debug("not in this Spark: {}", name);
            }
        }
        throw new IllegalStateException("this Spark has no FileSystemBasedCheckpointFileManager; use Spark 4.0, 4.1 or 4.2");
    }
}
