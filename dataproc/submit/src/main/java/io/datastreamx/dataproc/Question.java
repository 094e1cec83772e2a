package io.datastreamx.dataproc;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a {@link SpecRule} looks at: a job, and what Google offers on the day on which it is asked. */
record Question(JobSpec spec, Runtimes runtimes, LocalDate today) {
    Optional<Runtimes.Runtime> runtime() {
        return Optional.ofNullable(runtimes.on(spec.platform()).get(spec.version()));
    }

    boolean serverless() {
        return spec.platform() == Platform.SERVERLESS;
    }

    boolean isRealTime() {
        return spec.property("spark.datastreamx.routing.mode").equals("real-time");
    }

    int slots() {
        return spec.number("spark.executor.instances") * spec.number("spark.executor.cores");
    }

    String region() {
        return spec.environment().region();
    }

    boolean inRegion(String resource, String level) {
        return resource.startsWith("projects/") && resource.contains("/" + level + "/" + region() + "/");
    }

    Duration maxRuntime() {
        return spec.properties().entrySet().stream()
                .filter(property -> property.getKey().endsWith(".max-runtime"))
                .map(property ->
                        ConfigFactory.parseMap(Map.of("d", property.getValue())).getDuration("d"))
                .findFirst()
                .orElse(Duration.ZERO);
    }

    List<String> unset() {
        return List.of(
                        "spark.driver.cores",
                        "spark.driver.memory",
                        "spark.driver.memoryOverhead",
                        "spark.executor.cores",
                        "spark.executor.memory",
                        "spark.executor.memoryOverhead",
                        "spark.executor.instances")
                .stream()
                .filter(name -> spec.property(name).isEmpty())
                .toList();
    }

    boolean allowedCores(String role) {
        return Set.of(4, 8, 16).contains(spec.number("spark." + role + ".cores"));
    }

    long memory(String role) {
        return Sizes.bytes(spec.property("spark." + role + ".memory"))
                + Sizes.bytes(spec.property("spark." + role + ".memoryOverhead"));
    }

    boolean allowedMemory(String role) {
        long perCore = memory(role) / Math.max(1, spec.number("spark." + role + ".cores"));
        return perCore >= 1024L << 20 && perCore <= 7424L << 20;
    }
}
