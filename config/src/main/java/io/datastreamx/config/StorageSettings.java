package io.datastreamx.config;

import java.util.Map;

/**
 * How the lake's file system is reached.
 *
 * @param region where the lake's bucket must lie, such as {@code EUROPE-WEST1}; empty: anywhere
 * @param hadoop Hadoop properties of every process, such as {@code fs.gs.auth.type}; some hold secrets
 */
public record StorageSettings(String region, Map<String, String> hadoop) {
    public StorageSettings {
        hadoop = Map.copyOf(hadoop);
    }

    static StorageSettings of(Values lake) {
        return new StorageSettings(lake.text("region"), lake.properties("hadoop"));
    }

    /** The names of the Hadoop properties, without their values. */
    @Override
    public String toString() {
        return "StorageSettings[region=" + region + ", hadoop=" + hadoop.keySet() + "]";
    }
}
