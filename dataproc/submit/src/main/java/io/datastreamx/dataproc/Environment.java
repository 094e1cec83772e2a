package io.datastreamx.dataproc;

import com.typesafe.config.Config;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where jobs run: one file in {@code dataproc/environments}.
 *
 * @param name of the file; part of labels and batch ids
 * @param boxes set-top boxes that the sizes are meant for
 * @param bucket name of the bucket of jars, lake and checkpoints
 * @param cluster the Dataproc cluster of jobs that are not serverless
 */
public record Environment(
        String name,
        long boxes,
        String project,
        String region,
        String bucket,
        String serviceAccount,
        String subnet,
        String kmsKey,
        String cluster,
        Map<String, String> labels,
        String bootstrapServers,
        int partitions) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,19}");
    private static final Set<String> KEYS = Set.of(
            "boxes",
            "project",
            "region",
            "bucket",
            "service-account",
            "subnet",
            "kms-key",
            "cluster",
            "labels",
            "kafka.bootstrap-servers",
            "kafka.partitions");

    public Environment {
        labels = Map.copyOf(labels);
    }

    /** @throws SubmitException naming the variable that is missing or unknown, or the region that does not exist */
    static Environment of(String name, Config c, Runtimes runtimes) {
        String file = "environments/" + name + ".conf";
        if (!NAME.matcher(name).matches()) {
            throw SubmitException.wrongUse(
                    "the environment '" + name
                            + "' should be called by 1 to 20 lower-case letters, digits and dashes: it becomes part of batch ids");
        }
        ConfFiles.requireKeys(c, file, KEYS, Set.of("labels"));
        Map<String, String> labels = new TreeMap<>();
        c.getConfig("labels")
                .entrySet()
                .forEach(label ->
                        labels.put(label.getKey(), label.getValue().unwrapped().toString()));
        String region = c.getString("region");
        if (!runtimes.regions().contains(region)) {
            throw SubmitException.wrongUse(file + " names the region '" + region + "', which is none of those in"
                    + " dataproc/runtimes.conf" + (region.matches(".*-[a-f]") ? "; this looks like a zone" : "")
                    + ". Name a region such as us-central1, or add a new one there");
        }
        return new Environment(
                name,
                c.getLong("boxes"),
                c.getString("project"),
                region,
                c.getString("bucket"),
                c.getString("service-account"),
                c.getString("subnet"),
                c.getString("kms-key"),
                c.getString("cluster"),
                labels,
                c.getString("kafka.bootstrap-servers"),
                c.getInt("kafka.partitions"));
    }
}
