package io.datastreamx.lake;

import io.datastreamx.config.StorageSettings;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * How this system talks to file systems: the same properties for Delta Kernel, Spark, checkpoints and plain files, in
 * every process. From weakest to strongest: what is set here, {@code datastreamx.lake.hadoop}, system properties that
 * begin with {@code fs.} or {@code google.}.
 */
public final class HadoopSettings {
    private static final String GCS_CONNECTOR = "com.google.cloud.hadoop.fs.gcs.";
    private static final Pattern SIZE_WITH_UNIT = Pattern.compile("\\d+[kmgtKMGT]");
    private static final Map<String, String> DEFAULTS = Map.of(
            "fs.file.impl",
            LocalFileSystemWithoutForks.class.getName(),
            "io.delta.kernel.logStore.file.impl",
            AtomicLocalLogStore.class.getName(),
            "io.delta.kernel.logStore.gs.impl",
            LogStores.GCS,
            // The client that is tested.
            "fs.gs.client.type",
            "HTTP_API_CLIENT",
            "fs.gs.impl",
            GCS_CONNECTOR + "GoogleHadoopFileSystem",
            // Checkpoints are written through Hadoop's FileContext, which does not look for file systems by itself.
            "fs.AbstractFileSystem.gs.impl",
            GCS_CONNECTOR + "GoogleHadoopFS");

    private HadoopSettings() {}

    static Map<String, String> of(Map<String, String> configured) {
        Map<String, String> properties = new TreeMap<>(sizesOfGcs());
        properties.putAll(DEFAULTS);
        properties.putAll(configured);
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("fs.") || name.startsWith("google."))
                .forEach(name -> properties.put(name, System.getProperty(name)));
        return properties;
    }

    /**
     * Sizes that Hadoop 3.5 states as {@code 64m}, for a connector of its own; Google's connector wants plain bytes and
     * does not start otherwise.
     */
    private static Map<String, String> sizesOfGcs() {
        Configuration given = new Configuration();
        Map<String, String> sizes = new TreeMap<>();
        given.forEach(property -> {
            if (property.getKey().startsWith("fs.gs.")
                    && SIZE_WITH_UNIT.matcher(property.getValue()).matches()) {
                sizes.put(property.getKey(), Long.toString(given.getLongBytes(property.getKey(), 0)));
            }
        });
        return sizes;
    }

    static Configuration configuration(Map<String, String> configured) {
        Configuration configuration = new Configuration();
        of(configured).forEach(configuration::set);
        return configuration;
    }

    /**
     * The same as settings of a Spark session, with Delta's log stores; for the driver, which hands them to its
     * executors.
     *
     * @param cluster a cluster keeps its own local file system: nothing of ours lies on it
     */
    public static Map<String, String> forSpark(StorageSettings storage, boolean cluster) {
        Map<String, String> spark = new TreeMap<>();
        of(storage.hadoop()).forEach((name, value) -> spark.put("spark.hadoop." + name, value));
        if (cluster) {
            spark.remove("spark.hadoop.fs.file.impl");
        }
        spark.put("spark.delta.logStore.file.impl", AtomicLocalLogStore.class.getName());
        spark.put("spark.delta.logStore.gs.impl", LogStores.GCS);
        return spark;
    }
}
