package io.datastreamx.config;

/** How the routing query runs. */
public enum RoutingMode {
    /** Spark's real-time mode: tasks stay and read on; milliseconds. Needs Spark 4.1 or above. */
    REAL_TIME,
    /** A short batch after another. */
    MICRO_BATCH;

    /** As a configuration has it: {@code real-time}, {@code micro-batch}. */
    public String code() {
        return Words.of(this);
    }
}
