package io.datastreamx.kafka.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.testing.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker is lost with all that it held; the lake stays. */
class RestoreTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");

    @TempDir
    Path home;

    private Lake lake;

    @BeforeEach
    void lake() {
        lake = new Lake("file://" + home + "/lake");
    }

    private PolicyTopic topic(BrokerProcess broker) {
        return new PolicyTopic(lake, KafkaClients.plaintext(broker.bootstrapServers(), "test"));
    }

    private static BrokerProcess broker() {
        BrokerProcess broker = BrokerProcess.start();
        broker.createEventTopics(1);
        return broker;
    }

    @Test
    void aNewBrokerGetsWhatWasInForceToTheLetter() throws Exception {
        PolicyState before;
        try (BrokerProcess broker = broker()) {
            Policies policies = new Policies(lake, broker.bootstrapServers());
            policies.publish(Policies.document("p1", null));
            policies.publish(Policies.document("p2", policies.storeModel("m2", "bolt")));
            policies.publish(ControlRecord.Health.of(Set.of("acme"), NOW));
            policies.publish(ControlRecord.Health.of(Set.of("cyan"), NOW.plusSeconds(1)));
            policies.publish(ControlRecord.Caps.of(LocalDate.parse("2026-11-22"), Set.of("bolt"), Map.of(), NOW));
            before = follow(broker);
        }
        try (BrokerProcess broker = broker()) {
            assertEquals(Optional.empty(), topic(broker).inForce());
            PolicyTopic.Restored restored = topic(broker).restoreFromLake().orElseThrow();
            assertEquals(new PolicyTopic.Restored(Optional.of("p2"), List.of("health", "caps"), List.of()), restored);
            PolicyState after = follow(broker);
            assertEquals(before.snapshot().snapshotId(), after.snapshot().snapshotId());
            assertEquals(before.snapshot().policy(), after.snapshot().policy());
            assertEquals("m2", after.snapshot().modelVersion());
            assertEquals(before.health(), after.health());
            assertEquals(before.caps(), after.caps());
        }
    }

    @Test
    void whatCannotBeUsedIsNamedAndTheOneBeforeItComesBack() throws Exception {
        try (BrokerProcess broker = broker()) {
            Policies policies = new Policies(lake, broker.bootstrapServers());
            policies.publish(Policies.document("p1", null));
            ArtifactRef second = policies.record(Policies.document("p2", null)).policy();
            policies.publish(policies.record(second));
            lake.files().write(lake.policyUri("p2"), "damaged".getBytes(StandardCharsets.UTF_8));
            lake.files().write(lake.controlUri("health:damaged"), "{".getBytes(StandardCharsets.UTF_8));
        }
        try (BrokerProcess broker = broker()) {
            PolicyTopic.Restored restored = topic(broker).restoreFromLake().orElseThrow();
            assertEquals(Optional.of("p1"), restored.policy());
            assertEquals(2, restored.refused().size(), restored.toString());
            assertTrue(restored.explained().contains("policy p2"), restored.explained());
            assertTrue(restored.explained().contains("health:damaged"), restored.explained());
            assertEquals("p1", topic(broker).inForce().orElseThrow().document().policyVersion());
        }
    }

    @Test
    void aLakeWithoutAPolicyHasNothingToBringBack() {
        try (BrokerProcess broker = broker()) {
            assertEquals(Optional.empty(), topic(broker).restoreFromLake());
        }
    }

    private PolicyState follow(BrokerProcess broker) throws Exception {
        try (PolicyFollower follower = new PolicyFollower(
                        KafkaClients.plaintext(broker.bootstrapServers(), "test"), lake, Clock.systemUTC())
                .start()) {
            follower.awaitRead(LIMIT);
            return follower.state();
        }
    }
}
