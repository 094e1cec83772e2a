package io.datastreamx.speed.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.Policies;
import io.datastreamx.lake.Lake;
import io.datastreamx.testing.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One real-time query on a real broker through a router's life: each test goes on where the one before left it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RouterTest {
    @TempDir
    static Path home;

    private static BrokerProcess broker;
    private static SparkSession spark;
    private static Policies policies;
    private static Boxes boxes;
    private static StreamingQuery query;

    @BeforeAll
    static void start() {
        broker = BrokerProcess.start();
        broker.createEventTopics(2);
        policies = new Policies(new Lake("file://" + home + "/lake"), broker.bootstrapServers());
        boxes = new Boxes(broker.bootstrapServers());
        spark = RouterSession.open(settings("first"), 2);
        query = router("first").start(Duration.ofSeconds(5));
    }

    @AfterAll
    static void stop() throws Exception {
        query.stop();
        spark.stop();
        boxes.close();
        broker.close();
    }

    @Test
    @Order(1)
    void beforeAnyPolicyTheAnswerIsNoCandidate() {
        boxes.request("early", Instant.now());
        Decision decision =
                boxes.await(1, d -> d.request().requestId().equals("early")).get(0);
        assertEquals(DecisionStatus.NO_CANDIDATE, decision.status());
        assertEquals("none", decision.policyVersion());
    }

    @Test
    @Order(2)
    void requestsBecomeDecisionsAndWhatIsNotARequestBecomesNothing() {
        policies.publish(Policies.document("p1", null));
        boxes.requestUntil("warm", d -> d.policyVersion().equals("p1"));
        for (int i = 0; i < 50; i++) {
            boxes.request("good-" + i, Instant.now());
            boxes.send("{\"event_type\":\"ad_request\",\"request_id\":\"bad-" + i + "\"}");
            boxes.send("{\"event_type\":");
            boxes.request("slow-" + i, Instant.now().minusSeconds(31));
        }
        boxes.request("last-1", Instant.now());
        List<Decision> good = boxes.await(50, d -> d.request().requestId().startsWith("good-"));
        List<Decision> slow = boxes.await(50, d -> d.request().requestId().startsWith("slow-"));
        assertTrue(good.stream()
                .allMatch(d -> d.status() == DecisionStatus.ROUTED && d.ranked().size() == 3));
        assertEquals(3, good.stream().map(Decision::chosen).distinct().count(), "uniform before there is a model");
        assertTrue(
                slow.stream().allMatch(d -> d.status() == DecisionStatus.ROUTED),
                "a box whose clock is slow has as much time as any other");
        assertTrue(slow.stream()
                .allMatch(d -> d.request().arrival().isAfter(d.request().time().plusSeconds(30))));
        boxes.await(1, d -> d.request().requestId().equals("last-1"));
        assertEquals(
                0,
                boxes.await(0, d -> d.request().requestId().startsWith("bad-")).size());
    }

    @Test
    @Order(3)
    void aNewModelComesIntoForceWithoutARestart() {
        policies.publish(Policies.document("p2", policies.storeModel("m2", "cyan")));
        Decision decision = boxes.requestUntil("new", d -> d.policyVersion().equals("p2"));
        assertEquals("m2", decision.modelVersion());
        assertEquals("cyan", decision.ranked().get(0).aggregatorId());
        // There is time to ask the other one as well, so who is first matters little.
        assertTrue(decision.ranked().get(0).propensity() > 0.5);
        assertTrue(query.isActive());
    }

    @Test
    @Order(4)
    void aCorruptPolicyIsRefusedAndTheLastGoodOneStays() {
        ArtifactRef model = policies.storeModel("m3", "bolt");
        policies.publish(policies.record(new ArtifactRef("p3", model.uri(), "0".repeat(64))));
        ControlRecord.Health after =
                policies.publish(ControlRecord.Health.of(Set.of("bolt"), Instant.parse("2026-11-22T12:00:00Z")));
        Decision decision = boxes.requestUntil("kept", d -> d.snapshotId().contains(after.eventId()));
        assertEquals("p2", decision.policyVersion());
        assertEquals("m2", decision.modelVersion());
    }

    private static List<String> ids(Decision decision) {
        return decision.ranked().stream().map(Candidate::aggregatorId).toList();
    }

    @Test
    @Order(5)
    void twoRoutersDecideAlike() throws Exception {
        StreamingQuery second = router("second").start(Duration.ofSeconds(5));
        try {
            for (int i = 0; i < 100; i++) {
                boxes.request("both-" + i, Instant.now());
            }
            Map<String, List<Decision>> byRequest =
                    boxes.await(200, d -> d.request().requestId().startsWith("both-")).stream()
                            .collect(Collectors.groupingBy(d -> d.request().requestId()));
            assertEquals(100, byRequest.size());
            byRequest.values().forEach(pair -> {
                assertEquals(2, pair.size());
                assertEquals(pair.get(0).snapshotId(), pair.get(1).snapshotId());
                assertEquals(ids(pair.get(0)), ids(pair.get(1)));
                assertEquals(pair.get(0).eventId(), pair.get(1).eventId());
            });
            // The draw is the same; what the first place is worth falls with the time that is left, so odds differ a
            // little.
            long alike = byRequest.values().stream()
                    .filter(pair -> pair.get(0).chosen().equals(pair.get(1).chosen()))
                    .count();
            assertTrue(alike >= 95, alike + " of 100 chosen alike");
            assertNotEquals(query.id(), second.id());
        } finally {
            second.stop();
        }
    }

    private static Router router(String checkpoint) {
        return new Router(
                spark,
                settings(checkpoint),
                RequestOffsets.now(KafkaClients.plaintext(broker.bootstrapServers(), "test")));
    }

    private static Settings settings(String checkpoint) {
        return TestSettings.settings(TestSettings.properties(home, broker.bootstrapServers(), "real-time", checkpoint));
    }
}
