package io.datastreamx.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stack that is hurt again and again: topics grow, the broker's folder goes, files are damaged. It says so, and
 * goes on; what was sent is counted once throughout.
 */
@Tag("faults")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HurtStackTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    static Path folder;

    private static Path home;
    private static Command dsx;
    private static long tuneIns;

    @BeforeAll
    static void up() throws Exception {
        home = folder.resolve("home");
        dsx = new Command(home);
        Path aggregators = Files.writeString(folder.resolve("aggregators.json"), """
                [{"aggregator_id": "acme", "endpoint": "http://127.0.0.1:1/bid", "enabled": true, "waterfall_rank": 1,
                  "contract_price_micros": 4000000, "max_price_micros": 40000000, "daily_cap": 0, "timeout_ms": 200,
                  "currency": "USD"}]
                """);
        dsx.run("up", "--aggregators", aggregators.toString(), "--set", "routing.checkpoint-interval=10s");
        tuneIn(20);
        awaitTuneIns();
    }

    @AfterAll
    static void down() throws Exception {
        if (dsx != null) {
            dsx.run("down");
        }
    }

    @Test
    @Order(1)
    void partitionsThatAreAddedAreRoutedAndCountedWithoutAStart() throws Exception {
        JsonNode before = dsx.json("status");
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", before.path("kafka").asText()))) {
            admin.createPartitions(Map.of(
                            "ad-requests", NewPartitions.increaseTo(4), "tuning-events", NewPartitions.increaseTo(4)))
                    .all()
                    .get();
        }
        dsx.run("send", lines("ask", 40, HurtStackTest::request).toString());
        tuneIn(40);
        awaitTuneIns();
        Polling.until(PATIENCE, () -> sum("decisions") == 40);
        JsonNode after = dsx.json("status");
        for (String process : List.of("ingest", "routing-1", "routing-2")) {
            assertThat(after.at("/processes/" + process + "/pid"))
                    .as(process)
                    .isEqualTo(before.at("/processes/" + process + "/pid"));
        }
        assertThat(dsx.run("status")).contains("notice (routing-1,", "ad-requests has 4 partitions now, 2 before");

        dsx.run("down");
        dsx.run("up");
        dsx.run("send", lines("again", 10, HurtStackTest::request).toString());
        Polling.until(PATIENCE, () -> sum("decisions") == 50);
    }

    @Test
    @Order(2)
    void aBrokerWithoutItsFolderGetsThePolicyOfTheLakeAndCountingGoesOn() throws Exception {
        String policy = policyInForce();
        assertThat(policy).startsWith("bootstrap");
        dsx.run("down");
        deleteFolder(home.resolve("kafka"));
        dsx.run("up");
        assertThat(policyInForce()).isEqualTo(policy);
        assertThat(dsx.run("status"))
                .contains("notice (dsx,", "policy " + policy + " of the lake is in force again")
                .contains("notice (ingest,", "new ones of the same name");
        tuneIn(30);
        awaitTuneIns();
        dsx.run("send", lines("new", 10, HurtStackTest::request).toString());
        Polling.until(PATIENCE, () -> sum("decisions") == 60);
    }

    @Test
    @Order(3)
    void whatIsDamagedIsRefusedAndMendedWithoutLosingACount() throws Exception {
        assertThat(code("recover")).as("while the stack runs").isEqualTo(1);
        Path state = home.resolve("run/state.json");
        Files.writeString(state, "garbage");
        Polling.until(PATIENCE, () -> code("status") == 0);
        JsonNode running = dsx.json("status");
        dsx.run("down");
        assertThat(findings()).isEmpty();

        byte[] whole = Files.readAllBytes(state);
        for (byte[] damage : List.of(
                new byte[0],
                new byte[whole.length],
                "garbage".getBytes(StandardCharsets.UTF_8),
                "null".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(whole, 40))) {
            Files.write(state, damage);
            assertThat(code("up")).isEqualTo(1);
            assertThat(findings()).singleElement().isEqualTo(state.toString());
            assertThat(findings()).isEmpty();
        }
        Path offsets = latest(home.resolve("checkpoints/ingest/offsets"));
        Files.write(offsets, new byte[0]);
        assertThat(findings()).singleElement().isEqualTo("file://" + offsets);
        assertThat(findings()).isEmpty();
        Path routed = latest(home.resolve("checkpoints/routing-1/real-time/commits"));
        Files.writeString(routed, "v1\n");
        assertThat(findings()).singleElement().isEqualTo("file://" + routed);
        assertThat(findings()).isEmpty();

        dsx.run("up");
        assertThat(dsx.json("status").path("kafka")).isEqualTo(running.path("kafka"));
        tuneIn(10);
        awaitTuneIns();
        assertThat(sum("decisions")).isEqualTo(60);
    }

    private static List<String> findings() throws Exception {
        return dsx.json("recover").path("findings").findValuesAsText("what");
    }

    private static int code(String... words) throws Exception {
        return dsx.start(words).process().waitFor();
    }

    private static String policyInForce() throws Exception {
        Polling.until(PATIENCE, () -> dsx.json("status")
                .at("/processes/routing-1/policy/policy_version")
                .isTextual());
        return dsx.json("status")
                .at("/processes/routing-1/policy/policy_version")
                .asText();
    }

    private static Path latest(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]+"))
                    .max(Comparator.comparingLong(
                            file -> Long.parseLong(file.getFileName().toString())))
                    .orElseThrow();
        }
    }

    private static void tuneIn(int count) throws Exception {
        long first = tuneIns;
        tuneIns += count;
        dsx.run("send", lines("tune-" + first, count, HurtStackTest::tuning).toString());
    }

    private static void awaitTuneIns() throws Exception {
        Polling.until(PATIENCE, () -> sum("tune_ins") >= tuneIns);
        assertThat(sum("tune_ins")).isEqualTo(tuneIns);
    }

    private static long sum(String measure) throws Exception {
        long sum = 0;
        for (JsonNode row :
                dsx.json("report", "--by", "channel_id", "--measures", measure).path("rows")) {
            sum += row.path(measure).asLong();
        }
        return sum;
    }

    private interface Line {
        String of(String id, Instant now);
    }

    /** Each from a box of its own, so that all partitions get some. */
    private static Path lines(String prefix, int count, Line line) throws IOException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return Files.writeString(
                folder.resolve(prefix + ".jsonl"),
                IntStream.range(0, count)
                        .mapToObj(i -> line.of(prefix + "-" + i, now))
                        .collect(Collectors.joining("\n")));
    }

    private static String request(String id, Instant now) {
        return """
                {"topic": "ad-requests", "key": "box-%1$s", "value": {"schema_version": 1, "event_id": "%1$s", \
                "event_type": "ad_request", "event_time": "%2$s", "device_id": "box-%1$s", "request_id": "%1$s", \
                "channel_id": "news", "region": "north", "device_model": "m1", "tmax_ms": 60000}}""".formatted(id, now);
    }

    private static String tuning(String id, Instant now) {
        return """
                {"topic": "tuning-events", "key": "box-%1$s", "value": {"schema_version": 1, "event_id": "%1$s", \
                "event_type": "tune_in", "event_time": "%2$s", "device_id": "box-%1$s", \
                "channel_id": "news", "region": "north", "device_model": "m1"}}""".formatted(id, now);
    }

    private static void deleteFolder(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
