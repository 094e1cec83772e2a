package io.datastreamx.bench;

import java.nio.file.Path;

/** An engine that computes what a night writes to {@code batch/rollups}, with as many threads as the night. */
interface RollupPeer extends AutoCloseable {
    int THREADS = 2;

    /** In figures. */
    String id();

    String title();

    /**
     * Reads the raw log, and writes the rollups by day.
     *
     * @param log pattern of the Parquet files of the raw log
     * @param answers an empty folder
     * @return seconds from a started engine to written files
     */
    double run(String log, Path answers) throws Exception;

    @Override
    void close() throws Exception;
}
