package io.datastreamx.dataproc;

import com.typesafe.config.Config;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What Google offers: {@code dataproc/runtimes.conf}.
 *
 * @param regions where jobs can run
 */
record Runtimes(Map<String, Runtime> serverless, Map<String, Runtime> image, Set<String> regions) {

    /**
     * A serverless runtime or a cluster image.
     *
     * @param spark its Spark line, such as {@code 4.0}
     * @param supportedUntil last day of Google's support
     * @param master the Spark master that jobs insist on
     */
    record Runtime(String spark, LocalDate supportedUntil, String master) {
        /** Whether jobs take the master that the runtime gives them, and only refuse a local one. */
        boolean givesMaster() {
            return master.equals("as-given");
        }
    }

    static Runtimes of(Config c) {
        return new Runtimes(
                runtimes(c.getConfig("serverless")),
                runtimes(c.getConfig("image")),
                new TreeSet<>(c.getStringList("regions")));
    }

    Map<String, Runtime> on(Platform platform) {
        return platform == Platform.SERVERLESS ? serverless : image;
    }

    private static Map<String, Runtime> runtimes(Config c) {
        Map<String, Runtime> runtimes = new TreeMap<>();
        for (String version : c.root().keySet()) {
            Config runtime = c.getConfig('"' + version + '"');
            runtimes.put(
                    version,
                    new Runtime(
                            runtime.getString("spark"),
                            LocalDate.parse(runtime.getString("supported-until")),
                            runtime.getString("master")));
        }
        return runtimes;
    }
}
