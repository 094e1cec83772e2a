package io.datastreamx.speed.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlStateTest {
    private static final String NO_BROKER = "127.0.0.1:9";

    @TempDir
    Path folder;

    private Policies policies;
    private ControlState state;

    @BeforeEach
    void openLake() {
        Lake lake = new Lake("file://" + folder);
        policies = new Policies(lake, NO_BROKER);
        state = new ControlState(new PolicyLoader(lake, KafkaConnection.plaintext(NO_BROKER)));
    }

    @Test
    void theLatestOfEachKindMakesTheSnapshot() {
        accept(policies.record(Policies.document("p1", null)));
        ControlRecord.Policy second =
                accept(policies.record(Policies.document("p2", policies.storeModel("m2", "bolt"))));
        accept(new ControlRecord.Health(1, "health:1", "2026-11-22T12:00:00.000Z", Set.of("acme", "bolt")));
        accept(new ControlRecord.Health(1, "health:2", "2026-11-22T12:00:01.000Z", Set.of("cyan")));
        accept(new ControlRecord.Caps(1, "caps:1", "2026-11-22T12:00:01.000Z", "2026-11-22", Set.of("bolt")));

        PolicySnapshot snapshot = state.apply();
        assertEquals("p2", snapshot.policy().policyVersion());
        assertEquals("m2", snapshot.modelVersion());
        assertEquals(Set.of("cyan"), snapshot.unhealthy());
        assertEquals(LocalDate.parse("2026-11-22"), snapshot.capsDay());
        assertEquals(second.eventId() + "/health:2/caps:1", snapshot.snapshotId());
        assertEquals(0, state.refused());
    }

    @Test
    void withoutAPolicyThereIsNone() {
        accept(new ControlRecord.Health(1, "health:1", "2026-11-22T12:00:00.000Z", Set.of("acme")));
        assertEquals(PolicySnapshot.NONE, state.apply());
    }

    @Test
    void aFileThatIsNotWhatTheRecordSaysIsRefusedAndTheLastGoodPolicyStays() {
        ControlRecord.Policy good = accept(policies.record(Policies.document("p1", null)));
        state.apply();

        PolicyDocument next = Policies.document("p2", null);
        ArtifactRef stored = policies.store("/policies/p2.json", "p2", ContractJson.bytes(next));
        accept(policies.record(new ArtifactRef("p2", stored.uri(), "0".repeat(64))));
        assertEquals(good.eventId() + "/-/-", state.apply().snapshotId());

        accept(policies.record(
                policies.store("/policies/p3.json", "p3", "{\"policy_version\":".getBytes(StandardCharsets.UTF_8))));
        accept(policies.record(new ArtifactRef("p4", stored.uri(), stored.sha256())));
        assertEquals(good.eventId() + "/-/-", state.apply().snapshotId());
        assertEquals(3, state.refused());
        assertFalse(state.hasPending(), "what is corrupt is not tried again");
    }

    @Test
    void aCorruptModelKeepsTheLastGoodPolicyWithItsModel() {
        accept(policies.record(Policies.document("p1", policies.storeModel("m1", "acme"))));
        state.apply();

        ArtifactRef half = policies.store(
                "/model-files/m2/model.json", "m2", "{\"model_version\":\"m2\"}".getBytes(StandardCharsets.UTF_8));
        accept(policies.record(Policies.document("p2", half)));
        ArtifactRef m1 = policies.storeModel("m1", "acme");
        accept(policies.record(Policies.document("p3", new ArtifactRef("m3", m1.uri(), m1.sha256()))));
        PolicySnapshot snapshot = state.apply();
        assertEquals("p1", snapshot.policy().policyVersion());
        assertEquals("m1", snapshot.modelVersion());
        assertEquals(2, state.refused());
    }

    @Test
    void atTheStartAnEarlierPolicyIsBetterThanANewerOneThatIsCorrupt() {
        accept(policies.record(Policies.document("p1", policies.storeModel("m1", "acme"))));
        ArtifactRef m2 = policies.storeModel("m2", "acme");
        accept(policies.record(new ArtifactRef("p2", m2.uri(), "0".repeat(64))));
        assertEquals("p1", state.apply().policy().policyVersion());
    }

    @Test
    void withNoEarlierOneAPolicyComesIntoForceWithoutItsCorruptModel() {
        ArtifactRef m1 = policies.storeModel("m1", "acme");
        accept(policies.record(Policies.document("p1", new ArtifactRef("m1", m1.uri(), "0".repeat(64)))));
        PolicySnapshot snapshot = state.apply();
        assertEquals("p1", snapshot.policy().policyVersion());
        assertTrue(snapshot.model().isEmpty());
        assertNull(snapshot.modelVersion());
    }

    @Test
    void aMissingFileIsTriedAgain() {
        accept(policies.record(Policies.document("p1", null)));
        byte[] later = ContractJson.bytes(Policies.document("p2", null));
        String uri = "file://" + folder + "/policies/p2.json";
        accept(policies.record(new ArtifactRef("p2", uri, ArtifactRef.sha256(later))));
        assertEquals("p1", state.apply().policy().policyVersion());
        assertEquals("p1", state.apply().policy().policyVersion());
        assertTrue(state.hasPending());
        assertEquals(1, state.refused(), "reported once");

        policies.store("/policies/p2.json", "p2", later);
        assertEquals("p2", state.apply().policy().policyVersion());
        assertFalse(state.hasPending());
    }

    @Test
    void recordsThatAreNotControlRecordsAreRefused() {
        ControlRecord.Policy good = accept(policies.record(Policies.document("p1", null)));
        for (String value : new String[] {
            "not json",
            "null",
            "{\"event_type\":\"weather\",\"event_id\":\"x\"}",
            "{\"event_type\":\"policy\",\"event_id\":\"policy:1\"}",
            "{\"event_type\":\"health\",\"unhealthy\":[]}",
            "{\"event_type\":\"caps\",\"event_id\":\"caps:1\",\"day\":\"today\",\"exhausted\":[]}"
        }) {
            state.accept(value.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(good.eventId() + "/-/-", state.apply().snapshotId());
        assertEquals(6, state.refused());
    }

    private <R extends ControlRecord> R accept(R record) {
        state.accept(Policies.bytes(record));
        return record;
    }
}
