package io.datastreamx.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final Settings DEFAULTS = new Settings(
            "/h",
            "USD",
            "file:///h/lake",
            "/h/keys.json",
            new KafkaSettings("127.0.0.1:9092", KafkaSecurity.NONE, 2, Duration.ofHours(48)),
            new EdgeSettings(
                    "127.0.0.1",
                    0,
                    "/h/edge-keys.json",
                    1 << 20,
                    50,
                    200,
                    8 << 20,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    1_000,
                    3_000),
            new SparkSettings("", false),
            new RoutingSettings(
                    RoutingMode.REAL_TIME,
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    "file:///h/checkpoints/routing",
                    2,
                    60_000,
                    Duration.ZERO),
            new IngestSettings(
                    Duration.ofSeconds(1),
                    200_000,
                    Duration.ofHours(2),
                    Duration.ofHours(4),
                    1_000,
                    "file:///h/checkpoints/ingest",
                    2,
                    Duration.ZERO),
            new DispatchSettings(
                    "dispatch", "", 0, Duration.ofSeconds(2), 3_000, 2_000, 256 << 10, 4, 1_080, 12_000, 0.5, 200),
            new ServingSettings(
                    "127.0.0.1",
                    0,
                    ServingSource.LAKE,
                    Duration.ofMillis(100),
                    Duration.ofSeconds(15),
                    100_000,
                    512L << 20,
                    Duration.ofSeconds(30),
                    new AccessSettings(
                            IdentitySource.OPEN,
                            "/h/access-keys.json",
                            "",
                            "",
                            "",
                            "role",
                            "aggregators",
                            "",
                            List.of(),
                            "/h/logs/audit.jsonl",
                            6_000,
                            32,
                            256)),
            new BatchSettings(
                    2, 3, Duration.ofDays(2), Duration.ofHours(168), Duration.ofDays(90), Duration.ofDays(30)),
            new ReportSettings(Duration.ofHours(48), Duration.ofDays(90)),
            new MlSettings(
                    17,
                    0.2,
                    0.2,
                    14,
                    Duration.ofDays(3),
                    List.of("logistic"),
                    2_000,
                    1_000,
                    0.003,
                    0.03,
                    0.05,
                    2_000,
                    Duration.ofMinutes(30)),
            new StorageSettings("", Map.of()),
            new LeaseSettings(Duration.ofSeconds(30), Duration.ZERO),
            new BigQuerySettings(
                    "",
                    "datastreamx",
                    "US",
                    "https://bigquery.googleapis.com",
                    new Secret(""),
                    BigQueryWrite.CONNECTOR,
                    "",
                    Duration.ofSeconds(90),
                    List.of(),
                    100L << 30));

    /** Each setting with another value than its default. */
    private static final Map<String, Object> ALL_OTHERWISE = Map.ofEntries(
            Map.entry("datastreamx.home", "/other"),
            Map.entry("datastreamx.currency", "EUR"),
            Map.entry("datastreamx.lake.uri", "gs://bucket/lake/"),
            Map.entry("datastreamx.lake.region", "EUROPE-WEST1"),
            Map.entry("datastreamx.lake.hadoop.fs.gs.auth.type", "APPLICATION_DEFAULT"),
            Map.entry("datastreamx.lease.ttl", "10s"),
            Map.entry("datastreamx.lease.max-wait", "2m"),
            Map.entry("datastreamx.keys.file", "gs://bucket/keys.json"),
            Map.entry("datastreamx.kafka.bootstrap-servers", "a:1,b:2"),
            Map.entry("datastreamx.kafka.security.protocol", "SASL_SSL"),
            Map.entry("datastreamx.kafka.security.mechanism", "OAUTHBEARER"),
            Map.entry("datastreamx.kafka.security.login-callback-handler", "a.Handler"),
            Map.entry("datastreamx.kafka.security.jaas", "a.Module required;"),
            Map.entry("datastreamx.kafka.partitions", "12"),
            Map.entry("datastreamx.kafka.retention", "24h"),
            Map.entry("datastreamx.edge.host", "0.0.0.0"),
            Map.entry("datastreamx.edge.port", "8443"),
            Map.entry("datastreamx.edge.keys-file", "/other/edge.json"),
            Map.entry("datastreamx.edge.max-body", "128K"),
            Map.entry("datastreamx.edge.rate-per-device", "5"),
            Map.entry("datastreamx.edge.burst", "10"),
            Map.entry("datastreamx.edge.max-in-flight", "4M"),
            Map.entry("datastreamx.edge.kafka-patience", "2s"),
            Map.entry("datastreamx.edge.longest-wait", "1s"),
            Map.entry("datastreamx.edge.max-streams", "7"),
            Map.entry("datastreamx.edge.warm-up-requests", "20"),
            Map.entry("datastreamx.spark.master", "yarn"),
            Map.entry("datastreamx.spark.cluster", "true"),
            Map.entry("datastreamx.routing.mode", "micro-batch"),
            Map.entry("datastreamx.routing.checkpoint-interval", "5s"),
            Map.entry("datastreamx.routing.trigger-interval", "200ms"),
            Map.entry("datastreamx.routing.checkpoint", "gs://bucket/checkpoints/r"),
            Map.entry("datastreamx.routing.slots", "4"),
            Map.entry("datastreamx.routing.warm-up-requests", "1000"),
            Map.entry("datastreamx.routing.max-runtime", "20h"),
            Map.entry("datastreamx.ingest.trigger-interval", "500ms"),
            Map.entry("datastreamx.ingest.max-records-per-batch", "1000"),
            Map.entry("datastreamx.ingest.duplicate-horizon", "1h"),
            Map.entry("datastreamx.ingest.fill-horizon", "9h"),
            Map.entry("datastreamx.ingest.compact-every", "50"),
            Map.entry("datastreamx.ingest.checkpoint", "gs://bucket/checkpoints/i"),
            Map.entry("datastreamx.ingest.slots", "6"),
            Map.entry("datastreamx.ingest.max-runtime", "21h"),
            Map.entry("datastreamx.dispatch.consumer-group", "other"),
            Map.entry("datastreamx.dispatch.name", "dispatch-9"),
            Map.entry("datastreamx.dispatch.processes", "3"),
            Map.entry("datastreamx.dispatch.session-timeout", "4s"),
            Map.entry("datastreamx.dispatch.warm-up-decisions", "500"),
            Map.entry("datastreamx.dispatch.max-in-flight", "7"),
            Map.entry("datastreamx.dispatch.max-body", "64K"),
            Map.entry("datastreamx.dispatch.max-wrappers", "2"),
            Map.entry("datastreamx.dispatch.max-media-height", "720"),
            Map.entry("datastreamx.dispatch.max-media-bitrate", "4000"),
            Map.entry("datastreamx.dispatch.health-threshold", "0.25"),
            Map.entry("datastreamx.dispatch.health-window", "8"),
            Map.entry("datastreamx.serving.host", "0.0.0.0"),
            Map.entry("datastreamx.serving.port", "8080"),
            Map.entry("datastreamx.serving.source", "bigquery"),
            Map.entry("datastreamx.serving.poll-interval", "20ms"),
            Map.entry("datastreamx.serving.bigquery-poll-interval", "1m"),
            Map.entry("datastreamx.serving.most-rows", "500"),
            Map.entry("datastreamx.serving.memory-limit", "1G"),
            Map.entry("datastreamx.serving.query-timeout", "5s"),
            Map.entry("datastreamx.serving.access.identity", "oidc"),
            Map.entry("datastreamx.serving.access.keys-file", "/other/access.json"),
            Map.entry("datastreamx.serving.access.issuer", "https://issuer.example"),
            Map.entry("datastreamx.serving.access.audience", "serving"),
            Map.entry("datastreamx.serving.access.jwks-uri", "https://issuer.example/keys"),
            Map.entry("datastreamx.serving.access.role-claim", "dsx_role"),
            Map.entry("datastreamx.serving.access.aggregators-claim", "dsx_aggregators"),
            Map.entry("datastreamx.serving.access.members-file", "/other/members.json"),
            Map.entry("datastreamx.serving.access.allowed-hosts", List.of("ads.example")),
            Map.entry("datastreamx.serving.access.audit-file", ""),
            Map.entry("datastreamx.serving.access.requests-per-minute", "60"),
            Map.entry("datastreamx.serving.access.questions-at-a-time", "2"),
            Map.entry("datastreamx.serving.access.streams", "3"),
            Map.entry("datastreamx.batch.slots", "8"),
            Map.entry("datastreamx.batch.keep-versions", "5"),
            Map.entry("datastreamx.batch.duplicate-reach", "3d"),
            Map.entry("datastreamx.batch.vacuum-after", "200h"),
            Map.entry("datastreamx.batch.raw-log-retention", "60d"),
            Map.entry("datastreamx.batch.dead-letter-retention", "7d"),
            Map.entry("datastreamx.reports.minutes", "36h"),
            Map.entry("datastreamx.reports.hours", "31d"),
            Map.entry("datastreamx.ml.history-days", "10"),
            Map.entry("datastreamx.ml.half-life", "36h"),
            Map.entry("datastreamx.ml.families", "trees"),
            Map.entry("datastreamx.ml.seed", "-3"),
            Map.entry("datastreamx.ml.calibration-share", "0.1"),
            Map.entry("datastreamx.ml.holdout-share", "0.3"),
            Map.entry("datastreamx.ml.min-responses", "9"),
            Map.entry("datastreamx.ml.exploration.gamma", "100"),
            Map.entry("datastreamx.ml.exploration.floor", "0.01"),
            Map.entry("datastreamx.ml.probe-share", "0.05"),
            Map.entry("datastreamx.ml.canary-share", "0.1"),
            Map.entry("datastreamx.ml.canary-requests", "70"),
            Map.entry("datastreamx.ml.canary-least-time", "2h"),
            Map.entry("datastreamx.bigquery.project", "project"),
            Map.entry("datastreamx.bigquery.dataset", "ads"),
            Map.entry("datastreamx.bigquery.location", "EU"),
            Map.entry("datastreamx.bigquery.endpoint", "http://127.0.0.1:1/"),
            Map.entry("datastreamx.bigquery.access-token", "ya29.token"),
            Map.entry("datastreamx.bigquery.write", "connector-direct"),
            Map.entry("datastreamx.bigquery.temporary-bucket", "bucket"),
            Map.entry("datastreamx.bigquery.live-interval", "0s"),
            Map.entry(
                    "datastreamx.bigquery.row-policies", List.of(Map.of("name", "all", "members", List.of("group:a")))),
            Map.entry("datastreamx.bigquery.maximum-bytes-billed", "1G"));

    @TempDir
    private Path folder;

    private static Settings with(String... settings) {
        Map<String, String> overrides = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            overrides.put(settings[i], settings[i + 1]);
        }
        return Settings.load(overrides);
    }

    private static String refusal(String... settings) {
        return assertThrows(SettingsException.class, () -> with(settings)).getMessage();
    }

    @Test
    void defaults() {
        assertEquals(DEFAULTS, with("datastreamx.home", "/h"));
    }

    @Test
    void eachSettingIsReadFromItsName() {
        Settings expected = new Settings(
                "/other",
                "EUR",
                "gs://bucket/lake",
                "gs://bucket/keys.json",
                new KafkaSettings(
                        "a:1,b:2",
                        new KafkaSecurity(
                                SecurityProtocol.SASL_SSL,
                                "OAUTHBEARER",
                                "a.Handler",
                                new Secret("a.Module required;")),
                        12,
                        Duration.ofHours(24)),
                new EdgeSettings(
                        "0.0.0.0",
                        8443,
                        "/other/edge.json",
                        128 << 10,
                        5,
                        10,
                        4 << 20,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        7,
                        20),
                new SparkSettings("yarn", true),
                new RoutingSettings(
                        RoutingMode.MICRO_BATCH,
                        Duration.ofSeconds(5),
                        Duration.ofMillis(200),
                        "gs://bucket/checkpoints/r",
                        4,
                        1_000,
                        Duration.ofHours(20)),
                new IngestSettings(
                        Duration.ofMillis(500),
                        1_000,
                        Duration.ofHours(1),
                        Duration.ofHours(9),
                        50,
                        "gs://bucket/checkpoints/i",
                        6,
                        Duration.ofHours(21)),
                new DispatchSettings(
                        "other", "dispatch-9", 3, Duration.ofSeconds(4), 500, 7, 64 << 10, 2, 720, 4_000, 0.25, 8),
                new ServingSettings(
                        "0.0.0.0",
                        8080,
                        ServingSource.BIGQUERY,
                        Duration.ofMillis(20),
                        Duration.ofMinutes(1),
                        500,
                        1L << 30,
                        Duration.ofSeconds(5),
                        new AccessSettings(
                                IdentitySource.OIDC,
                                "/other/access.json",
                                "https://issuer.example",
                                "serving",
                                "https://issuer.example/keys",
                                "dsx_role",
                                "dsx_aggregators",
                                "/other/members.json",
                                List.of("ads.example"),
                                "",
                                60,
                                2,
                                3)),
                new BatchSettings(
                        8, 5, Duration.ofDays(3), Duration.ofHours(200), Duration.ofDays(60), Duration.ofDays(7)),
                new ReportSettings(Duration.ofHours(36), Duration.ofDays(31)),
                new MlSettings(
                        -3,
                        0.1,
                        0.3,
                        10,
                        Duration.ofHours(36),
                        List.of("trees"),
                        9,
                        100,
                        0.01,
                        0.05,
                        0.1,
                        70,
                        Duration.ofHours(2)),
                new StorageSettings("EUROPE-WEST1", Map.of("fs.gs.auth.type", "APPLICATION_DEFAULT")),
                new LeaseSettings(Duration.ofSeconds(10), Duration.ofMinutes(2)),
                new BigQuerySettings(
                        "project",
                        "ads",
                        "EU",
                        "http://127.0.0.1:1",
                        new Secret("ya29.token"),
                        BigQueryWrite.CONNECTOR_DIRECT,
                        "bucket",
                        Duration.ZERO,
                        List.of(new RowPolicy("all", List.of("group:a"), Optional.empty())),
                        1L << 30));
        assertEquals(expected, Settings.load(ALL_OTHERWISE));
    }

    @Test
    void noSettingIsLeftOutAbove() {
        TreeSet<String> given = new TreeSet<>(ALL_OTHERWISE.keySet());
        given.remove("datastreamx.lake.hadoop.fs.gs.auth.type");
        assertEquals(new TreeSet<>(Settings.known().names()), given);
    }

    @Test
    void aTypingErrorIsRefusedWithTheNearestName() {
        String message = refusal("datastreamx.kafka.bootstrap-server", "a:1");
        assertTrue(message.startsWith("there is no setting datastreamx.kafka.bootstrap-server ("), message);
        assertTrue(message.endsWith("did you mean datastreamx.kafka.bootstrap-servers?"), message);
        String below = refusal("datastreamx.currency.x", "1");
        assertTrue(below.startsWith("there is no setting datastreamx.currency.x ("), below);
    }

    @Test
    void aTypingErrorInAFlagOfThisProcessIsRefusedToo() {
        System.setProperty("datastreamx.ingest.slot", "4");
        try {
            String message = refusal();
            assertTrue(message.contains("did you mean datastreamx.ingest.slots?"), message);
        } finally {
            System.clearProperty("datastreamx.ingest.slot");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "datastreamx.home | here | datastreamx.home is 'here'; it must be an absolute path",
                "datastreamx.currency | euro | datastreamx.currency is 'euro'; it must be an ISO-4217 code, such as EUR",
                "datastreamx.lake.uri | /lake | datastreamx.lake.uri is '/lake'; it must be a Hadoop URI, such as file:///folder or gs://bucket/folder",
                "datastreamx.kafka.bootstrap-servers | here | datastreamx.kafka.bootstrap-servers is 'here'; it must be host:port, several separated by commas",
                "datastreamx.kafka.partitions | 0 | datastreamx.kafka.partitions is 0; it must be from 1 to 10000",
                "datastreamx.routing.mode | realtime | datastreamx.routing.mode is 'realtime'; it must be real-time or micro-batch",
                "datastreamx.routing.max-runtime | -1s | datastreamx.routing.max-runtime is -1 s; it must not be negative",
                "datastreamx.serving.source | lakes | datastreamx.serving.source is 'lakes'; it must be lake or bigquery",
                "datastreamx.serving.source | bigquery | datastreamx.serving.source is bigquery, but datastreamx.bigquery.project is empty; it must name a project",
                "datastreamx.serving.port | 70000 | datastreamx.serving.port is 70000; it must be from 0 to 65535",
                "datastreamx.serving.memory-limit | 64M | datastreamx.serving.memory-limit is 67108864; it must be at least 134217728",
                "datastreamx.serving.query-timeout | 0s | datastreamx.serving.query-timeout is 0 s; it must be at least 1 ms",
                "datastreamx.bigquery.write | copy | datastreamx.bigquery.write is 'copy'; it must be connector or connector-direct or load-job",
                "datastreamx.kafka.security.protocol | sasl | datastreamx.kafka.security.protocol is 'sasl'; it must be PLAINTEXT or SSL or SASL_PLAINTEXT or SASL_SSL",
                "datastreamx.kafka.security.protocol | SASL_SSL | datastreamx.kafka.security.protocol is SASL_SSL but datastreamx.kafka.security.mechanism is not set; name one, such as OAUTHBEARER",
                "datastreamx.kafka.security.mechanism | PLAIN | datastreamx.kafka.security.protocol is PLAINTEXT, which has no sign-in, but datastreamx.kafka.security.mechanism is PLAIN; use SASL_SSL",
                "datastreamx.batch.raw-log-retention | 30d | datastreamx.batch.raw-log-retention is 2592000 s; it must be at least 3283200 s",
                "datastreamx.batch.vacuum-after | 1h | datastreamx.batch.vacuum-after is 3600 s; it must be at least 604800 s",
                "datastreamx.reports.minutes | 23h | datastreamx.reports.minutes is 82800 s; it must be at least 86400 s",
                "datastreamx.reports.hours | 47h | datastreamx.reports.hours is 169200 s; it must be at least 172800 s",
                "datastreamx.dispatch.name | a b | datastreamx.dispatch.name is 'a b'; it must be at most 100 letters, digits, dots, hyphens or underscores",
                "datastreamx.dispatch.processes | 17 | datastreamx.dispatch.processes is 17; it must be from 0 to 16",
                "datastreamx.dispatch.session-timeout | 10ms | datastreamx.dispatch.session-timeout is 10; it must be from 1000 to 60000",
                "datastreamx.dispatch.health-threshold | 1.5 | datastreamx.dispatch.health-threshold is 1.5; it must be from 0.01 to 1.0",
                "datastreamx.ml.holdout-share | 0.85 | datastreamx.ml.calibration-share and datastreamx.ml.holdout-share are 0.2 and 0.85; together they must leave something to train on",
                "datastreamx.ml.exploration.gamma | 0 | datastreamx.ml.exploration.gamma is 0.0; it must be above 0.0",
                "datastreamx.lease.ttl | 0s | datastreamx.lease.ttl is 0 s; it must be at least 100 ms"
            })
    void whatIsNotAllowedIsRefusedWithItsNameItsValueAndWhatIs(String name, String value, String message) {
        assertEquals(message, refusal(name, value));
    }

    @Test
    void aValueOfAnotherKindIsRefusedWithWhereItCameFrom() {
        assertEquals(
                "datastreamx.kafka.partitions is \"two\" (datastreamx.* properties); it must be a whole number",
                refusal("datastreamx.kafka.partitions", "two"));
        assertTrue(refusal("datastreamx.ingest.trigger-interval", "soon")
                .endsWith("it must be a time, such as 100ms, 30s, 2m or 48h"));
    }

    @Test
    void aFileIsReadOverTheDefaultsAndUnderTheOverrides() throws IOException {
        Path file = Files.writeString(folder.resolve("my.conf"), "datastreamx { currency = EUR, batch.slots = 5 }");
        Settings settings = with("config.file", file.toString(), "datastreamx.batch.slots", "6");
        assertEquals("EUR", settings.currency());
        assertEquals(6, settings.batch().slots());
        String message = refusal("config.file", folder.resolve("none.conf").toString());
        assertTrue(message.contains("none.conf"), message);
    }

    @Test
    void overridesLeaveTheProcessAsItWas() {
        with("datastreamx.batch.slots", "6");
        assertEquals(2, Settings.load().batch().slots());
        assertEquals(null, System.getProperty("datastreamx.batch.slots"));
    }

    @Test
    void propertiesOfASparkJobAreSettingsAndFlagsWin() {
        Map<String, String> job = Map.of(
                "spark.datastreamx.kafka.bootstrap-servers", "job:9092",
                "spark.datastreamx.home", "/from/the/job",
                "datastreamx.kafka.bootstrap-servers", "flag:9092");
        job.forEach(System::setProperty);
        try {
            assertEquals("flag:9092", Settings.load().kafka().bootstrapServers());
            assertEquals("file:///from/the/job/lake", Settings.load().lakeUri());
        } finally {
            job.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void signInHasKafkasNames() {
        assertEquals(
                Map.of(
                        "security.protocol", "SASL_SSL",
                        "sasl.mechanism", "OAUTHBEARER",
                        "sasl.login.callback.handler.class", "a.Handler",
                        "sasl.jaas.config", "a.Module required;"),
                Settings.load(ALL_OTHERWISE).kafka().security().clientProperties());
        assertEquals(Map.of(), KafkaSecurity.NONE.clientProperties());
    }

    @Test
    void noRecordPrintsASecret() {
        Map<String, Object> secrets = new HashMap<>(ALL_OTHERWISE);
        secrets.put("datastreamx.lake.hadoop.fs.gs.auth.client.secret", "hadoop-secret");
        String printed = Settings.load(secrets).toString();
        assertTrue(printed.contains("fs.gs.auth.client.secret"), printed);
        for (String secret : List.of("a.Module", "ya29", "hadoop-secret")) {
            assertFalse(printed.contains(secret), printed);
        }
    }

    @Test
    void aRowPolicyThatHidesAllTablesFromSparkIsRefused() {
        Map<String, Object> partner = Map.of("name", "p", "members", List.of("group:p"), "aggregator", "alpha");
        assertThrows(
                SettingsException.class,
                () -> Settings.load(Map.of("datastreamx.bigquery.row-policies", List.of(partner))));
    }
}
