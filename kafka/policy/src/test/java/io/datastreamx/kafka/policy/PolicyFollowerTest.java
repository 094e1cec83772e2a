package io.datastreamx.kafka.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.process.CannotRunException;
import io.datastreamx.testing.BrokerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker. */
class PolicyFollowerTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    Path home;

    private final BlockingQueue<PolicyState> changes = new LinkedBlockingQueue<>();

    @Test
    void whatIsValidComesIntoForceAndWhatIsNotIsRefusedThroughABrokersRestart() throws Exception {
        Files.createDirectories(home.resolve("run"));
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(1);
            KafkaClients kafka = KafkaClients.plaintext(broker.bootstrapServers(), "test");
            Lake lake = new Lake("file://" + home + "/lake");
            PolicyTopic topic = new PolicyTopic(lake, kafka);
            Policies policies = new Policies(lake, broker.bootstrapServers());
            ControlRecord.Policy first = policies.publish(Policies.document("p1", null));
            send(kafka, "caps", "{\"event_type\":\"caps\",\"day\":\"yesterday\"}");
            try (PolicyFollower follower =
                    new PolicyFollower(kafka, lake, Clock.systemUTC(), new PolicyReport(home), changes::add).start()) {
                follower.awaitRead(LIMIT);
                assertEquals(first.eventId() + "/-/-/-", follower.current().snapshotId());
                assertEquals(List.of("caps"), kinds(follower.state()));
                assertEquals(
                        kinds(follower.state()),
                        report().refused().stream().map(Refusal::kind).toList());

                policies.publish(Policies.document("p2", policies.storeModel("m2", "bolt")));
                await(state -> "m2".equals(state.snapshot().modelVersion()));
                ControlRecord.Health health = ControlRecord.Health.of(Set.of("acme"), Instant.now());
                topic.publish(health);
                await(state -> state.snapshot().unhealthy().equals(Set.of("acme")));
                send(kafka, "health", "{\"event_type\":\"health\"}");
                policies.publish(policies.record(
                        new ArtifactRef("p3", policies.storeModel("m3", "bolt").uri(), "0".repeat(64))));
                PolicyState refused = await(state -> state.refused() == 3);
                assertEquals(Set.of("caps", "health", "policy"), Set.copyOf(kinds(refused)));
                assertEquals("p2", refused.snapshot().policy().policyVersion());
                assertEquals(health, refused.health().orElseThrow());
                assertEquals("p2", topic.inForce().orElseThrow().document().policyVersion(), "the same rule for all");

                broker.kill();
                broker.restart();
                policies.publish(Policies.document("p4", null));
                PolicyState after =
                        await(state -> state.snapshot().policy().policyVersion().equals("p4"));
                assertEquals(3, after.refused(), "what was refused is not refused again");
                assertEquals(Set.of("caps", "health"), Set.copyOf(kinds(after)));
                assertEquals("p4", report().policyVersion());
            }
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerIsToldAndTriedAgain() {
        Lake lake = new Lake("file://" + home + "/lake");
        try (PolicyFollower follower = new PolicyFollower(
                        KafkaClients.plaintext("127.0.0.1:9", "test"), lake, Clock.systemUTC(), changes::add)
                .start()) {
            CannotRunException e =
                    assertThrows(CannotRunException.class, () -> follower.awaitRead(Duration.ofSeconds(20)));
            assertTrue(e.getMessage().contains("is the broker up?"), e.getMessage());
        }
    }

    private PolicyReport.Content report() throws IOException {
        return PolicyReport.read(home, ProcessHandle.current().pid()).orElseThrow();
    }

    private static List<String> kinds(PolicyState state) {
        return state.standing().stream().map(Refusal::kind).toList();
    }

    private PolicyState await(Predicate<PolicyState> wanted) throws InterruptedException {
        while (true) {
            PolicyState state = changes.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (state == null) {
                throw new AssertionError("the wanted change did not come within " + LIMIT);
            }
            if (wanted.test(state)) {
                return state;
            }
        }
    }

    private static void send(KafkaClients kafka, String kind, String value) throws Exception {
        try (Producer<byte[], byte[]> producer = kafka.writer("test")) {
            producer.send(new ProducerRecord<>(
                            "policy", kind.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }
}
