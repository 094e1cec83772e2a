package io.datastreamx.dataproc;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The files of {@code dataproc/}: environments, jobs, runtimes. */
final class Specs {
    private static final Set<String> KEYS =
            Set.of("description", "assembly", "main-class", "platform", "version", "stream", "args");
    private static final Set<String> OPTIONAL = Set.of("ttl", "max-runtime", "max-failures-per-hour");
    private static final Set<String> OPEN = Set.of("properties", "sizes", "env", "size");
    /** Shared by all jobs; not a job itself. */
    private static final String COMMON = "common";

    private final Path folder;
    private final Runtimes runtimes;

    private Specs(Path folder, Runtimes runtimes) {
        this.folder = folder;
        this.runtimes = runtimes;
    }

    /** @param folder the project's {@code dataproc} */
    static Specs in(Path folder) {
        Path file = folder.resolve("runtimes.conf");
        return new Specs(folder, ConfFiles.checked("runtimes.conf", () -> Runtimes.of(ConfFiles.parse(file))));
    }

    Runtimes runtimes() {
        return runtimes;
    }

    List<String> environments() {
        return ConfFiles.names(folder.resolve("environments"));
    }

    List<String> jobs() {
        return ConfFiles.names(folder.resolve("jobs")).stream()
                .filter(name -> !name.equals(COMMON))
                .toList();
    }

    Environment environment(String name) {
        return ConfFiles.checked(
                "environments/" + name + ".conf", () -> Environment.of(name, environmentFile(name), runtimes));
    }

    /**
     * @return the job, held to the rules
     * @throws SubmitException with every rule that it breaks, or what is wrong with its files
     */
    JobSpec spec(String job, String environment, LocalDate today) {
        JobSpec spec = unchecked(job, environment);
        List<String> broken = SpecRules.check(spec, runtimes, today);
        if (!broken.isEmpty()) {
            throw SubmitException.wrongUse(spec.file() + " would not run as meant:\n  " + String.join("\n  ", broken));
        }
        return spec;
    }

    JobSpec unchecked(String job, String environment) {
        if (!jobs().contains(job)) {
            throw SubmitException.wrongUse("there is no job '" + job + "'; there are " + String.join(", ", jobs()));
        }
        return ConfFiles.checked("jobs/" + job + ".conf", () -> read(job, environment(environment)));
    }

    private Config environmentFile(String name) {
        Path file = folder.resolve("environments").resolve(name + ".conf");
        if (!Files.exists(file)) {
            throw SubmitException.wrongUse("there is no environment '" + name + "'; there are "
                    + String.join(", ", environments()) + ". A new one is a copy of one of their files in "
                    + "dataproc/environments");
        }
        return ConfFiles.parse(file).resolve();
    }

    private JobSpec read(String job, Environment environment) {
        String file = "jobs/" + job + ".conf";
        Config raw = ConfFiles.parse(folder.resolve("jobs").resolve(job + ".conf"));
        String sizePath = ConfigUtil.joinPath("sizes", environment.name());
        if (!raw.hasPath(sizePath)) {
            throw SubmitException.wrongUse(file + " has no sizes for the environment '" + environment.name()
                    + "'; add sizes." + environment.name() + " there");
        }
        Config size = raw.getConfig(sizePath);
        Config c = raw.withFallback(ConfFiles.parse(folder.resolve("jobs").resolve(COMMON + ".conf")))
                .withValue("env", environmentFile(environment.name()).root())
                .withValue("size", size.root())
                .resolve();
        Set<String> known = new java.util.HashSet<>(KEYS);
        OPTIONAL.stream().filter(c::hasPath).forEach(known::add);
        ConfFiles.requireKeys(c, file, known, OPEN);
        Platform platform = platform(file, c.getString("platform"));
        String version = c.getString("version");
        Map<String, String> properties = new TreeMap<>();
        c.getConfig("properties")
                .entrySet()
                .forEach(entry -> properties.put(
                        String.join(".", ConfigUtil.splitPath(entry.getKey())),
                        entry.getValue().unwrapped().toString()));
        Optional.ofNullable(runtimes.on(platform).get(version))
                .filter(runtime -> !runtime.givesMaster())
                .ifPresent(runtime -> properties.putIfAbsent("spark.datastreamx.spark.master", runtime.master()));
        Sizes.addTo(properties, size, file);
        return new JobSpec(
                job,
                c.getString("description"),
                c.getString("assembly"),
                c.getString("main-class"),
                platform,
                version,
                c.getBoolean("stream"),
                c.getStringList("args"),
                c.hasPath("ttl") ? Optional.of(c.getDuration("ttl")) : Optional.<Duration>empty(),
                "SERVICE_ACCOUNT",
                c.hasPath("max-failures-per-hour") ? c.getInt("max-failures-per-hour") : 0,
                properties,
                size.getDouble("hours-per-day"),
                environment);
    }

    private static Platform platform(String file, String name) {
        return switch (name) {
            case "serverless" -> Platform.SERVERLESS;
            case "cluster" -> Platform.CLUSTER;
            default ->
                throw SubmitException.wrongUse(file + " has the platform '" + name + "'; it is serverless or cluster");
        };
    }
}
