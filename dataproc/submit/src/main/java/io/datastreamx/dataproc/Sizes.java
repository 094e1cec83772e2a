package io.datastreamx.dataproc;

import com.typesafe.config.Config;
import java.util.Map;
import java.util.Set;

/** From the sizes of a job's file to Spark's properties. */
final class Sizes {
    private static final Set<String> KEYS = Set.of(
            "driver.cores",
            "driver.memory",
            "driver.overhead",
            "executors.min",
            "executors.max",
            "executors.cores",
            "executors.memory",
            "executors.overhead",
            "shuffle-partitions",
            "hours-per-day");

    private Sizes() {}

    static void addTo(Map<String, String> properties, Config size, String file) {
        ConfFiles.requireKeys(size, "sizes in " + file, KEYS, Set.of());
        for (String role : new String[] {"driver", "executor"}) {
            Config its = size.getConfig(role.equals("driver") ? "driver" : "executors");
            properties.put("spark." + role + ".cores", its.getString("cores"));
            properties.put("spark." + role + ".memory", its.getString("memory"));
            properties.put("spark." + role + ".memoryOverhead", its.getString("overhead"));
        }
        int min = size.getInt("executors.min");
        int max = size.getInt("executors.max");
        properties.put("spark.executor.instances", Integer.toString(min));
        properties.put("spark.dynamicAllocation.enabled", Boolean.toString(min != max));
        if (min != max) {
            properties.put("spark.dynamicAllocation.initialExecutors", Integer.toString(min));
            properties.put("spark.dynamicAllocation.minExecutors", Integer.toString(min));
            properties.put("spark.dynamicAllocation.maxExecutors", Integer.toString(max));
        }
        properties.put("spark.sql.shuffle.partitions", size.getString("shuffle-partitions"));
    }

    /** Bytes of a size such as {@code 6g} or {@code 512m}; 0 where it is none. */
    static long bytes(String size) {
        if (!size.matches("[0-9]{1,6}[mg]")) {
            return 0;
        }
        long number = Long.parseLong(size.substring(0, size.length() - 1));
        return number << (size.endsWith("g") ? 30 : 20);
    }
}
