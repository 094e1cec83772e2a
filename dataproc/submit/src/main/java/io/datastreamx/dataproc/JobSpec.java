package io.datastreamx.dataproc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One job in one environment, all variables resolved; what is sent to Google is made from this alone.
 *
 * @param job name of its file in {@code dataproc/jobs}
 * @param description what it does, for people
 * @param assembly which of our jars it is in
 * @param mainClass its main class
 * @param platform what it runs on
 * @param version of the serverless runtime or of the cluster image
 * @param stream whether it runs until it is stopped
 * @param args command line, before what a run adds
 * @param ttl after this time Google kills it; a cluster has no such limit
 * @param userWorkloadAuthentication whose identity the job has: {@code SERVICE_ACCOUNT} or {@code END_USER_CREDENTIALS}
 * @param maxFailuresPerHour restarts of a cluster's job
 * @param properties Spark's and Dataproc's
 * @param hoursPerDay estimate of how long it runs, for the costs
 */
record JobSpec(
        String job,
        String description,
        String assembly,
        String mainClass,
        Platform platform,
        String version,
        boolean stream,
        List<String> args,
        Optional<Duration> ttl,
        String userWorkloadAuthentication,
        int maxFailuresPerHour,
        Map<String, String> properties,
        double hoursPerDay,
        Environment environment) {

    JobSpec {
        args = List.copyOf(args);
        properties = java.util.Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** Empty where it is not set. */
    String property(String name) {
        return properties.getOrDefault(name, "");
    }

    /** Zero where it is not set or not a whole number. */
    int number(String name) {
        String value = property(name);
        return value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : 0;
    }

    /** How it is called in messages. */
    String file() {
        return "jobs/" + job + ".conf for " + environment.name();
    }
}
