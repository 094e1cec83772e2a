package io.datastreamx.config;

/**
 * Where Spark runs.
 *
 * @param master the master to insist on; empty for what {@code spark.master} says, or this machine
 * @param cluster whether the application is meant for a cluster and must refuse to run in one local thread
 */
public record SparkSettings(String master, boolean cluster) {
    static SparkSettings of(Values values) {
        return new SparkSettings(values.text("master"), values.flag("cluster"));
    }
}
