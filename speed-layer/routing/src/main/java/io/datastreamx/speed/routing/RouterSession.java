package io.datastreamx.speed.routing;

import io.datastreamx.config.Settings;
import io.datastreamx.process.CannotRunException;
import io.datastreamx.spark.SparkProfile;
import io.datastreamx.spark.SparkSessions;
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

    /** @param atLeast slots that are needed whatever the settings say, where they are for us to choose */
    static SparkSession open(Settings settings, int atLeast) {
        return SparkSessions.open(settings, profile(Math.max(settings.routing().slots(), atLeast)));
    }

    /** Whether the slots are those that {@link #open} asks for: on this machine, where no platform names a master. */
    static boolean choosesItsSlots(Settings settings) {
        return settings.spark().master().isEmpty() && !new SparkConf().contains("spark.master");
    }

    static SparkProfile profile(int slots) {
        return SparkProfile.named("routing", slots)
                .byDefault("spark.ui.showConsoleProgress", "false", "it would mix with the log")
                .byDefault("spark.sql.shuffle.partitions", "2", "the query has no shuffle")
                .byDefault("spark.sql.adaptive.enabled", "false", "a stream does without, and would say so each time")
                .byDefault("spark.sql.streaming.pollingDelay", "10ms", "a micro-batch begins soon after the last one")
                .byDefault("spark.sql.streaming.stopTimeout", "20s", "a query that does not end is given up")
                .byDefault(
                        "spark.sql.streaming.checkpointFileManagerClass",
                        checkpointFileManager(),
                        "it takes the file system that is configured: without a forked chmod per file on a local disk");
    }

    /**
     * Real-time mode holds one slot per partition for a whole batch: with fewer, some partitions would never be read.
     * One slot alone is refused in any mode: a job that was meant for a cluster has then landed in a single local
     * thread.
     *
     * @throws CannotRunException saying what to set
     */
    static void requireSlots(int slots, int partitions, boolean realTime) {
        if (slots < 2 || (realTime && slots < partitions)) {
            throw new CannotRunException("routing has " + slots + " task slots for " + partitions
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
        throw new IllegalStateException(
                "this Spark has no FileSystemBasedCheckpointFileManager; use Spark 4.0, 4.1 or 4.2");
    }
}
