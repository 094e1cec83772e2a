package io.datastreamx.dataproc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Bodies of requests in the JSON mapping of {@code google.cloud.dataproc.v1}. */
final class Bodies {
    static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int LABEL = 63;

    private Bodies() {}

    /** A {@code Batch}. */
    static ObjectNode batch(JobSpec spec, List<String> jars, List<String> moreArgs, Map<String, String> moreLabels) {
        ObjectNode batch = JSON.createObjectNode();
        batch.set("labels", labels(spec, moreLabels));
        application(batch.putObject("sparkBatch"), spec, jars, moreArgs);
        ObjectNode runtime = batch.putObject("runtimeConfig");
        runtime.put("version", spec.version());
        runtime.set("properties", JSON.valueToTree(spec.properties()));
        ObjectNode execution = batch.putObject("environmentConfig").putObject("executionConfig");
        execution.put("serviceAccount", spec.environment().serviceAccount());
        execution.put("subnetworkUri", spec.environment().subnet());
        execution.put("kmsKey", spec.environment().kmsKey());
        spec.ttl().ifPresent(ttl -> execution.put("ttl", ttl.toSeconds() + "s"));
        execution.put("stagingBucket", spec.environment().bucket());
        execution
                .putObject("authenticationConfig")
                .put("userWorkloadAuthenticationType", spec.userWorkloadAuthentication());
        return batch;
    }

    /** A {@code Job} on a cluster. */
    static ObjectNode job(JobSpec spec, List<String> jars, List<String> moreArgs, Map<String, String> moreLabels) {
        ObjectNode job = JSON.createObjectNode();
        job.set("labels", labels(spec, moreLabels));
        job.putObject("placement").put("clusterName", spec.environment().cluster());
        ObjectNode spark = job.putObject("sparkJob");
        application(spark, spec, jars, moreArgs);
        spark.set("properties", JSON.valueToTree(spec.properties()));
        if (spec.maxFailuresPerHour() > 0) {
            job.putObject("scheduling").put("maxFailuresPerHour", spec.maxFailuresPerHour());
        }
        return job;
    }

    private static void application(ObjectNode target, JobSpec spec, List<String> jars, List<String> moreArgs) {
        target.put("mainClass", spec.mainClass());
        target.set("jarFileUris", JSON.valueToTree(jars));
        var args = target.putArray("args");
        spec.args().forEach(args::add);
        moreArgs.forEach(args::add);
    }

    private static ObjectNode labels(JobSpec spec, Map<String, String> more) {
        Map<String, String> labels = new TreeMap<>(spec.environment().labels());
        labels.put("dsx-environment", spec.environment().name());
        labels.put("dsx-job", spec.job());
        more.forEach((name, value) -> labels.put(name, label(value)));
        return JSON.valueToTree(labels);
    }

    /** Google's labels hold at most 63 lower-case letters, digits, dashes and underscores. */
    static String label(String value) {
        String allowed = value.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-");
        return allowed.substring(0, Math.min(LABEL, allowed.length()));
    }

    static String text(ObjectNode body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }
}
