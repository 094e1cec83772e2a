package io.datastreamx.dataproc;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A trap of Google's runtimes that a job must stay out of. The message says what would happen and what to do. */
enum SpecRule {
    RUNTIME_KNOWN(q -> q.runtime().isPresent()
            ? ok()
            : broken("version " + q.spec().version()
                    + " is none of those in dataproc/runtimes.conf; without a pinned one"
                    + " Google's default applies, which changes")),
    RUNTIME_SUPPORTED(q -> q.runtime()
            .filter(runtime -> q.today().isAfter(runtime.supportedUntil()))
            .map(runtime -> "version " + q.spec().version() + " lost its support on " + runtime.supportedUntil()
                    + "; take a later one from dataproc/runtimes.conf and see that the tests pass on its Spark")),
    SPARK_LINE(q -> q.runtime()
            .filter(runtime -> !Set.of("4.0", "4.1").contains(runtime.spark()))
            .map(runtime -> "version " + q.spec().version() + " has Spark " + runtime.spark()
                    + "; the jars are built and tested for 4.0 and 4.1")),
    REAL_TIME_NEEDS_4_1(q ->
            q.isRealTime() && q.runtime().filter(r -> r.spark().equals("4.0")).isPresent()
                    ? broken("real-time mode needs Spark 4.1, and version "
                            + q.spec().version() + " has 4.0; use the cluster image 3.0, or routing.mode = micro-batch")
                    : ok()),
    REAL_TIME_SLOTS(q -> q.isRealTime()
                    && q.slots() < Integer.parseInt("0" + q.spec().property("spark.datastreamx.kafka.partitions"))
            ? broken("real-time mode holds a task slot for each partition of ad-requests: " + q.slots() + " slots for "
                    + q.spec().property("spark.datastreamx.kafka.partitions")
                    + " partitions leave some of them unread; raise executors.min or executors.cores")
            : ok()),
    MASTER_SET(q -> {
        String master = q.spec().property("spark.datastreamx.spark.master");
        boolean given = q.runtime().filter(Runtimes.Runtime::givesMaster).isPresent();
        return (master.isEmpty() && !given) || master.startsWith("local")
                ? broken(
                        "the master is '" + master + "'; a runtime may then start the job on one local thread, where it"
                                + " looks alive and gets nothing done. Name the master in dataproc/runtimes.conf")
                : ok();
    }),
    CLUSTER_MEANT(
            q -> q.spec().property("spark.datastreamx.spark.cluster").equals("true")
                    ? ok()
                    : broken(
                            "spark.datastreamx.spark.cluster is not true; the job would not refuse to run in one local thread")),
    SHUFFLE_PARTITIONS(q -> {
        int partitions = q.spec().number("spark.sql.shuffle.partitions");
        return partitions == 0 || partitions == 1000
                ? broken(
                        "spark.sql.shuffle.partitions is not set; runtime 3.0 would start with 1000, a task each for a few"
                                + " rows. Set shuffle-partitions to 1 to 4 times the slots")
                : ok();
    }),
    TTL_SET(q -> q.serverless() && q.spec().ttl().isEmpty()
            ? broken("ttl is not set; Google would kill the job after 4 hours. Set what it may take at the most")
            : ok()),
    TTL_LIMIT(q -> q.serverless()
                    && q.spec()
                            .ttl()
                            .filter(ttl -> ttl.compareTo(Duration.ofDays(14)) > 0)
                            .isPresent()
            ? broken("ttl is more than the 14 days that Google allows; a stream is submitted again before it ends")
            : ok()),
    STREAM_STOPS_BEFORE_TTL(q -> {
        if (!q.serverless() || !q.spec().stream()) {
            return ok();
        }
        Duration runtime = q.maxRuntime();
        boolean inTime = !runtime.isZero()
                && q.spec()
                        .ttl()
                        .filter(ttl -> runtime.plusMinutes(15).compareTo(ttl) <= 0)
                        .isPresent();
        return inTime
                ? ok()
                : broken(
                        "a stream must stop by itself at least 15 minutes before its ttl, which kills in the middle of a"
                                + " batch; set max-runtime in the file, and pass it on as spark.datastreamx.…max-runtime");
    }),
    STREAM_CHECKPOINT(q -> q.spec().stream()
                    && q.spec().properties().entrySet().stream()
                            .noneMatch(p -> p.getKey().endsWith(".checkpoint")
                                    && p.getValue().startsWith("gs://"))
            ? broken(
                    "a stream needs a checkpoint on gs://; one on the machine's disk is gone with the machine, and the next"
                            + " run begins anew")
            : ok()),
    LAKE_ON_GCS(q -> q.spec().property("spark.datastreamx.lake.uri").startsWith("gs://")
            ? ok()
            : broken("spark.datastreamx.lake.uri is not on gs://; the tables would be gone with the machine")),
    KEYS_ON_GCS(q -> q.spec().property("spark.datastreamx.keys.file").startsWith("gs://")
            ? ok()
            : broken(
                    "spark.datastreamx.keys.file is not on gs://; each run would make keys of its own, and no pseudonym would"
                            + " match that of the day before")),
    SERVICE_ACCOUNT_AUTHENTICATION(
            q -> q.serverless() && !q.spec().userWorkloadAuthentication().equals("SERVICE_ACCOUNT")
                    ? broken(
                            "user_workload_authentication_type is not SERVICE_ACCOUNT; by default a job runs with the credentials of the"
                                    + " person who submits it, and fails when they leave")
                    : ok()),
    SERVICE_ACCOUNT(q -> {
        String account = q.spec().environment().serviceAccount();
        return account.endsWith(".iam.gserviceaccount.com")
                ? ok()
                : broken("the service account '" + account
                        + "' is none of our own; the default one of Compute Engine may do"
                        + " far more than a job needs. Name one that ends in .iam.gserviceaccount.com");
    }),
    SUBNET(
            q -> q.inRegion(q.spec().environment().subnet(), "regions")
                    ? ok()
                    : broken(
                            "the subnet '" + q.spec().environment().subnet() + "' is not one in " + q.region()
                                    + "; jobs have internal addresses only and need a subnet of their region with Private Google Access")),
    KMS_KEY(q -> q.inRegion(q.spec().environment().kmsKey(), "locations")
            ? ok()
            : broken("the KMS key '" + q.spec().environment().kmsKey() + "' is not one in " + q.region()
                    + "; name projects/…/locations/" + q.region() + "/keyRings/…/cryptoKeys/…")),
    LABELS(q -> {
        List<String> missing = List.of("environment", "team", "cost-center").stream()
                .filter(label -> !q.spec().environment().labels().containsKey(label))
                .toList();
        return missing.isEmpty()
                ? ok()
                : broken("the labels " + String.join(", ", missing)
                        + " are missing; without them nobody can tell whose bill it is");
    }),
    SIZES_SET(q -> q.unset().isEmpty()
            ? ok()
            : broken(String.join(", ", q.unset()) + " not set; Google's defaults are at least 12 DCU for any job")),
    SERVERLESS_CORES(q -> q.serverless() && !(q.allowedCores("driver") && q.allowedCores("executor"))
            ? broken("driver and executors have 4, 8 or 16 cores on serverless, not "
                    + q.spec().property("spark.driver.cores") + " and "
                    + q.spec().property("spark.executor.cores"))
            : ok()),
    SERVERLESS_MEMORY(q -> q.serverless() && !(q.allowedMemory("driver") && q.allowedMemory("executor"))
            ? broken(
                    "memory and overhead together are 1024m to 7424m per core on the standard tier of serverless; the batch would"
                            + " be refused. Driver " + q.memory("driver") + ", executor " + q.memory("executor")
                            + " bytes")
            : ok()),
    SERVERLESS_EXECUTORS(q -> q.serverless() && q.spec().number("spark.executor.instances") < 2
            ? broken("serverless starts with at least 2 executors; set executors.min to 2 or more")
            : ok()),
    AUTOSCALING_BOUNDED(q -> switch (q.spec().property("spark.dynamicAllocation.enabled")) {
        case "false" -> ok();
        case "true" ->
            q.spec().number("spark.dynamicAllocation.maxExecutors") > 0
                            && q.spec().number("spark.dynamicAllocation.minExecutors") >= 2
                    ? ok()
                    : broken(
                            "autoscaling needs minExecutors of 2 or more and maxExecutors; by default it goes up to 1000 executors");
        default -> broken("spark.dynamicAllocation.enabled is not set; by default a job scales up to 1000 executors");
    }),
    STREAM_FIXED_SIZE(q -> q.spec().stream()
                    && q.spec().property("spark.dynamicAllocation.enabled").equals("true")
            ? broken(
                    "a stream's executors must not come and go: real-time mode would lose the slots of its partitions, a"
                            + " micro-batch its cache. Set executors.min and executors.max to the same number")
            : ok()),
    SERVERLESS_PROPERTIES(q -> {
        List<String> refused = q.spec().properties().keySet().stream()
                .filter(name -> name.startsWith("spark.yarn.")
                        || name.startsWith("spark.shuffle.service.")
                        || name.equals("spark.master"))
                .toList();
        return q.serverless() && !refused.isEmpty()
                ? broken("serverless refuses " + String.join(", ", refused)
                        + "; remove them (the master goes to the job as" + " spark.datastreamx.spark.master)")
                : ok();
    }),
    BIGQUERY_CONNECTOR(q -> {
        boolean jar = q.spec().properties().values().stream().anyMatch(value -> value.contains("spark-bigquery"));
        String version = q.spec().property("dataproc.sparkBqConnector.version");
        return jar
                        || (List.of("night", "ingest").contains(q.spec().assembly())
                                && q.serverless()
                                && !version.matches("[0-9]+\\.[0-9]+\\.[0-9]+"))
                ? broken(
                        "the BigQuery connector is chosen by dataproc.sparkBqConnector.version = x.y.z, not '" + version
                                + "' and not by a jar; two of them on one class path fail, and the runtime's own changes")
                : ok();
    }),
    KAFKA_SIGN_IN(q -> {
        String kafka = "spark.datastreamx.kafka.";
        boolean complete = q.spec().property(kafka + "security.protocol").equals("SASL_SSL")
                && q.spec().property(kafka + "security.mechanism").equals("OAUTHBEARER")
                && q.spec()
                        .property(kafka + "security.login-callback-handler")
                        .startsWith("com.google.cloud.hosted.kafka.auth.")
                && q.spec().property(kafka + "security.jaas").contains("OAuthBearerLoginModule");
        return complete
                ? ok()
                : broken(
                        "sign-in at Managed Service for Apache Kafka needs SASL_SSL, OAUTHBEARER, Google's login handler and the"
                                + " OAuthBearerLoginModule, as in jobs/common.conf; without it every connection is cut");
    }),
    KAFKA_REGION(q -> {
        String servers = q.spec().property("spark.datastreamx.kafka.bootstrap-servers");
        return servers.contains(".managedkafka.") && !servers.contains("." + q.region() + ".managedkafka.")
                ? broken("Kafka at " + servers + " is not in " + q.region()
                        + "; every byte from another region is billed, and late")
                : ok();
    });

    private final Function<Question, Optional<String>> check;

    SpecRule(Function<Question, Optional<String>> check) {
        this.check = check;
    }

    Optional<String> check(Question question) {
        return check.apply(question);
    }

    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<String> ok() {
        return Optional.empty();
    }

    private static Optional<String> broken(String message) {
        return Optional.of(message);
    }
}
