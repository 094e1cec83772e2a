package io.datastreamx.speed.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.Policies;
import io.datastreamx.lake.Lake;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process as it is run. */
class RoutingMainTest {
    private static final Duration START = Duration.ofMinutes(4);

    @TempDir
    static Path home;

    private static BrokerProcess broker;

    @BeforeAll
    static void start() {
        broker = BrokerProcess.start();
        broker.createEventTopics(2);
        new Policies(new Lake("file://" + home + "/lake"), broker.bootstrapServers())
                .publish(Policies.document("p1", null));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void realTime() {
        routesAndStopsAndGoesOn("real-time");
    }

    @Test
    void microBatch() {
        routesAndStopsAndGoesOn("micro-batch");
    }

    @Test
    void fewerSlotsThanPartitionsAreRefused() {
        try (JavaProcess router = launch(Map.of("spark.master", "local[1]"), "real-time")) {
            assertEquals(1, router.exitCode(START));
            assertTrue(router.stderr().contains("Raise datastreamx.routing.slots"), router.stderr());
        }
    }

    /**
     * Somebody gives a busy topic more partitions; a topic and a broker of its own, since that cannot be undone. The
     * router is the second of two, which waits for the first and begins a query anew meanwhile.
     */
    @ParameterizedTest
    @ValueSource(strings = {"real-time", "micro-batch"})
    void partitionsThatAreAddedAreReadWithoutAStart(String mode, @TempDir Path own) throws Exception {
        try (BrokerProcess more = BrokerProcess.start()) {
            more.createEventTopics(2);
            new Policies(new Lake("file://" + own + "/lake"), more.bootstrapServers())
                    .publish(Policies.document("p1", null));
            Map<String, String> settings =
                    new HashMap<>(TestSettings.properties(own, more.bootstrapServers(), mode, "router-1"));
            if (!Turn.isSecond(settings.get("datastreamx.routing.checkpoint"))) {
                settings.put("datastreamx.routing.checkpoint", "file://" + own.resolve("router-2"));
            }
            settings.put("datastreamx.routing.slots", "2");
            try (Boxes boxes = new Boxes(more.bootstrapServers());
                    JavaProcess router = launch(settings)) {
                router.awaitLine("READY", START);
                try (Admin admin =
                        KafkaClients.plaintext(more.bootstrapServers(), "test").admin("more")) {
                    admin.createPartitions(Map.of("ad-requests", NewPartitions.increaseTo(5)))
                            .all()
                            .get();
                }
                for (int partition = 0; partition < 5; partition++) {
                    boxes.request("more-" + partition, Instant.now(), partition);
                }
                boxes.await(5, d -> d.request().requestId().startsWith("more-"));
                if (mode.equals("real-time")) {
                    assertTrue(router.awaitLine("NOTICE", START).contains("5 partitions now, 2 before"));
                }
                assertEquals(0, router.terminate(), router.stderr());
            }
            try (Boxes boxes = new Boxes(more.bootstrapServers());
                    JavaProcess router = launch(settings)) {
                router.awaitLine("READY", START);
                for (int partition = 0; partition < 5; partition++) {
                    boxes.request("again-" + partition, Instant.now(), partition);
                }
                boxes.await(5, d -> d.request().requestId().startsWith("again-"));
                assertEquals(0, router.terminate(), router.stderr());
            }
        }
    }

    @Test
    void oneRouterWritesACheckpointAndItsLimitEndsItInOrder() {
        try (JavaProcess router = launch(Map.of(), "micro-batch")) {
            router.awaitLine("READY", START);
            try (JavaProcess second = launch(Map.of(), "micro-batch")) {
                assertEquals(5, second.exitCode(START), second.stderr());
                assertTrue(second.stderr().contains("pid " + router.pid()), second.stderr());
            }
            assertEquals(0, router.terminate(), router.stderr());
        }
        try (JavaProcess router = launch(Map.of("datastreamx.routing.max-runtime", "1s"), "micro-batch")) {
            assertEquals(0, router.exitCode(START), router.stderr());
        }
    }

    /** A request that arrives while no router runs is decided by the next one, from its checkpoint. */
    private static void routesAndStopsAndGoesOn(String mode) {
        try (Boxes boxes = new Boxes(broker.bootstrapServers())) {
            try (JavaProcess router = launch(Map.of("datastreamx.routing.warm-up-requests", "400"), mode)) {
                assertEquals("READY routing", router.awaitLine("READY", START));
                boxes.request(mode + "-1", Instant.now());
                assertEquals(
                        DecisionStatus.ROUTED,
                        boxes.await(1, d -> d.request().requestId().equals(mode + "-1"))
                                .get(0)
                                .status());
                assertEquals(0, router.terminate(), router.stderr());
            }
            boxes.request(mode + "-2", Instant.now());
            try (JavaProcess router = launch(Map.of(), mode)) {
                router.awaitLine("READY", START);
                boxes.await(1, d -> d.request().requestId().equals(mode + "-2"));
                router.kill();
            }
            try (JavaProcess router = launch(Map.of(), mode)) {
                router.awaitLine("READY", START);
                boxes.request(mode + "-3", Instant.now());
                boxes.await(1, d -> d.request().requestId().equals(mode + "-3"));
                assertEquals(0, router.terminate(), router.stderr());
            }
        }
    }

    private static JavaProcess launch(Map<String, String> more, String mode) {
        Map<String, String> properties =
                new HashMap<>(TestSettings.properties(home, broker.bootstrapServers(), mode, "process"));
        properties.putAll(more);
        return launch(properties);
    }

    private static JavaProcess launch(Map<String, String> properties) {
        return JavaProcess.startOften(new JavaProcess.Launch(
                RoutingMain.class.getName(),
                Repository.runtimeClasspath("speed-layer/routing"),
                List.of(Repository.sparkJvmOptions(), "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                properties,
                List.of()));
    }
}
