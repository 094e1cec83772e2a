package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.testing.Repository;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule refuses what it is for, and the committed jobs pass them all. */
class SpecRulesTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);
    private static final Specs SPECS = Specs.in(Repository.root().resolve("dataproc"));
    private static final Map<SpecRule, JobSpec> BROKEN = broken();

    static Stream<String[]> committed() {
        return SPECS.environments().stream()
                .flatMap(environment -> SPECS.jobs().stream().map(job -> new String[] {job, environment}));
    }

    @ParameterizedTest
    @MethodSource("committed")
    void theCommittedJobsPass(String job, String environment) {
        assertEquals(List.of(), SpecRules.check(SPECS.unchecked(job, environment), SPECS.runtimes(), TODAY));
    }

    @Test
    void thereAreFourJobsInThreeEnvironments() {
        assertEquals(12, committed().count());
    }

    @ParameterizedTest
    @EnumSource(SpecRule.class)
    void eachRuleRefusesWhatItIsForWithAMessageOfItsOwn(SpecRule rule) {
        assertTrue(BROKEN.containsKey(rule), "no job that breaks " + rule);
        List<String> messages = SpecRules.check(BROKEN.get(rule), SPECS.runtimes(), day(rule));
        assertTrue(messages.stream().anyMatch(message -> message.startsWith(rule.code() + ": ")), messages.toString());
    }

    private static LocalDate day(SpecRule rule) {
        return rule == SpecRule.RUNTIME_SUPPORTED ? LocalDate.of(2027, 2, 1) : TODAY;
    }

    private static Map<SpecRule, JobSpec> broken() {
        JobSpec night = SPECS.unchecked("night", "prod-30k");
        JobSpec ingest = SPECS.unchecked("ingest", "prod-30k");
        JobSpec router = SPECS.unchecked("routing-real-time", "prod-30k");
        Map<SpecRule, JobSpec> broken = new HashMap<>();
        broken.put(SpecRule.RUNTIME_KNOWN, version(night, "3"));
        broken.put(SpecRule.RUNTIME_SUPPORTED, night);
        broken.put(SpecRule.SPARK_LINE, version(night, "2.3"));
        broken.put(
                SpecRule.REAL_TIME_NEEDS_4_1,
                with(SPECS.unchecked("routing", "dev"), "spark.datastreamx.routing.mode", "real-time"));
        broken.put(SpecRule.REAL_TIME_SLOTS, with(router, "spark.datastreamx.kafka.partitions", "5"));
        broken.put(SpecRule.MASTER_SET, with(night, "spark.datastreamx.spark.master", "local[4]"));
        broken.put(SpecRule.CLUSTER_MEANT, without(night, "spark.datastreamx.spark.cluster"));
        broken.put(SpecRule.SHUFFLE_PARTITIONS, without(night, "spark.sql.shuffle.partitions"));
        broken.put(SpecRule.TTL_SET, ttl(night, Optional.empty()));
        broken.put(
                SpecRule.TTL_LIMIT, ttl(night, Optional.of(Duration.ofDays(14).plusSeconds(1))));
        broken.put(SpecRule.STREAM_STOPS_BEFORE_TTL, with(ingest, "spark.datastreamx.ingest.max-runtime", "1430m"));
        broken.put(SpecRule.STREAM_CHECKPOINT, with(ingest, "spark.datastreamx.ingest.checkpoint", "file:///tmp/c"));
        broken.put(SpecRule.LAKE_ON_GCS, with(night, "spark.datastreamx.lake.uri", "file:///tmp/lake"));
        broken.put(SpecRule.KEYS_ON_GCS, without(ingest, "spark.datastreamx.keys.file"));
        broken.put(SpecRule.SERVICE_ACCOUNT_AUTHENTICATION, authentication(night, "END_USER_CREDENTIALS"));
        broken.put(
                SpecRule.SERVICE_ACCOUNT,
                in(night, environment(night, Map.of("sa", "1234-compute@developer.gserviceaccount.com"))));
        broken.put(
                SpecRule.SUBNET,
                in(night, environment(night, Map.of("subnet", "projects/p/regions/europe-west1/subnetworks/s"))));
        broken.put(
                SpecRule.KMS_KEY,
                in(night, environment(night, Map.of("kms", "projects/p/locations/global/keyRings/r/cryptoKeys/k"))));
        broken.put(SpecRule.LABELS, in(night, environment(night, Map.of("labels", "none"))));
        broken.put(SpecRule.SIZES_SET, without(night, "spark.executor.memory"));
        broken.put(SpecRule.SERVERLESS_CORES, with(night, "spark.executor.cores", "2"));
        broken.put(SpecRule.SERVERLESS_MEMORY, with(night, "spark.executor.memory", "40g"));
        broken.put(SpecRule.SERVERLESS_EXECUTORS, with(ingest, "spark.executor.instances", "1"));
        broken.put(SpecRule.AUTOSCALING_BOUNDED, without(night, "spark.dynamicAllocation.maxExecutors"));
        broken.put(SpecRule.STREAM_FIXED_SIZE, with(ingest, "spark.dynamicAllocation.enabled", "true"));
        broken.put(SpecRule.SERVERLESS_PROPERTIES, with(night, "spark.shuffle.service.enabled", "true"));
        broken.put(SpecRule.BIGQUERY_CONNECTOR, with(night, "dataproc.sparkBqConnector.version", "latest"));
        broken.put(SpecRule.KAFKA_SIGN_IN, with(ingest, "spark.datastreamx.kafka.security.protocol", "PLAINTEXT"));
        broken.put(
                SpecRule.KAFKA_REGION,
                with(
                        ingest,
                        "spark.datastreamx.kafka.bootstrap-servers",
                        "bootstrap.dsx.us-east1.managedkafka.p.cloud.goog:9092"));
        return broken;
    }

    private static JobSpec with(JobSpec spec, String property, String value) {
        Map<String, String> properties = new TreeMap<>(spec.properties());
        properties.put(property, value);
        return copy(
                spec, spec.version(), spec.ttl(), spec.userWorkloadAuthentication(), properties, spec.environment());
    }

    private static JobSpec without(JobSpec spec, String property) {
        Map<String, String> properties = new TreeMap<>(spec.properties());
        properties.remove(property);
        return copy(
                spec, spec.version(), spec.ttl(), spec.userWorkloadAuthentication(), properties, spec.environment());
    }

    private static JobSpec version(JobSpec spec, String version) {
        return copy(
                spec, version, spec.ttl(), spec.userWorkloadAuthentication(), spec.properties(), spec.environment());
    }

    private static JobSpec ttl(JobSpec spec, Optional<Duration> ttl) {
        return copy(
                spec, spec.version(), ttl, spec.userWorkloadAuthentication(), spec.properties(), spec.environment());
    }

    private static JobSpec authentication(JobSpec spec, String type) {
        return copy(spec, spec.version(), spec.ttl(), type, spec.properties(), spec.environment());
    }

    private static JobSpec in(JobSpec spec, Environment environment) {
        return copy(
                spec, spec.version(), spec.ttl(), spec.userWorkloadAuthentication(), spec.properties(), environment);
    }

    private static Environment environment(JobSpec spec, Map<String, String> changes) {
        Environment e = spec.environment();
        return new Environment(
                e.name(),
                e.boxes(),
                e.project(),
                e.region(),
                e.bucket(),
                changes.getOrDefault("sa", e.serviceAccount()),
                changes.getOrDefault("subnet", e.subnet()),
                changes.getOrDefault("kms", e.kmsKey()),
                e.cluster(),
                changes.containsKey("labels") ? Map.of() : e.labels(),
                e.bootstrapServers(),
                e.partitions());
    }

    private static JobSpec copy(
            JobSpec spec,
            String version,
            Optional<Duration> ttl,
            String authentication,
            Map<String, String> properties,
            Environment environment) {
        return new JobSpec(
                spec.job(),
                spec.description(),
                spec.assembly(),
                spec.mainClass(),
                spec.platform(),
                version,
                spec.stream(),
                spec.args(),
                ttl,
                authentication,
                spec.maxFailuresPerHour(),
                properties,
                spec.hoursPerDay(),
                environment);
    }
}
