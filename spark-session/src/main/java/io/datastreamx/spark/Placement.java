package io.datastreamx.spark;

import io.datastreamx.config.SparkSettings;
import io.datastreamx.process.CannotRunException;

/**
 * Where a Spark application has landed. Serverless runtimes have started jobs on a single local thread, where they look
 * alive and get nothing done.
 */
final class Placement {
    private Placement() {}

    /**
     * Passes whatever is meant for one machine.
     *
     * @param application its name, for the message
     * @param master Spark's {@code spark.master}
     * @param parallelism Spark's {@code defaultParallelism}
     * @throws CannotRunException where an application that is meant for a cluster has landed on a local master or in
     *     one slot
     */
    static void require(String application, SparkSettings wanted, String master, int parallelism) {
        if (wanted.cluster()
                && (master.startsWith("local") && !master.startsWith("local-cluster") || parallelism < 2)) {
            throw new CannotRunException(application + " is meant for a cluster but has spark.master=" + master
                    + " and defaultParallelism=" + parallelism
                    + ". Name the master with spark.datastreamx.spark.master (in dataproc/runtimes.conf),"
                    + " or unset datastreamx.spark.cluster to run on one machine");
        }
    }
}
