package io.datastreamx.kafka.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Canary;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Correction;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

class ControlRecordsTest {
    private static final String CAPS = """
            {"event_type":"caps","schema_version":1,"event_id":"caps:1","event_time":"2026-11-22T12:00:01Z",\
            "day":"2026-11-22","exhausted":[]}""";
    private static final String NO_BROKER = "127.0.0.1:9";

    @TempDir
    Path folder;

    private Policies policies;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T12:00:00Z"));
    private ControlRecords state;
    private long offset;

    @BeforeEach
    void openLake() {
        Lake lake = new Lake("file://" + folder);
        policies = new Policies(lake, NO_BROKER);
        state = new ControlRecords(new PolicyFiles(lake), clock);
    }

    @Test
    void theLatestOfEachKindMakesTheSnapshot() {
        accept(policies.record(Policies.document("p1", null)));
        ControlRecord.Policy second =
                accept(policies.record(Policies.document("p2", policies.storeModel("m2", "bolt"))));
        accept(health("health:1", Set.of("acme", "bolt")));
        accept(health("health:2", Set.of("cyan")));
        accept(new ControlRecord.Caps(
                1,
                "caps:1",
                Instant.parse("2026-11-22T12:00:01Z"),
                LocalDate.parse("2026-11-22"),
                Set.of("bolt"),
                Map.of("acme", 7L)));
        accept(ControlRecord.Corrections.of(
                Map.of("cyan", new Correction(0.25, 2)), Instant.parse("2026-11-22T12:00:02Z")));

        PolicySnapshot snapshot = apply();
        assertEquals("p2", snapshot.policy().policyVersion());
        assertEquals("m2", snapshot.modelVersion());
        assertEquals(Set.of("cyan"), snapshot.unhealthy());
        assertEquals(LocalDate.parse("2026-11-22"), snapshot.capsDay());
        assertEquals(Map.of("acme", 7L), snapshot.fillCostMicros());
        assertEquals(Map.of("cyan", new Correction(0.25, 2)), snapshot.corrections());
        assertTrue(
                snapshot.snapshotId().matches(second.eventId() + "/health:2/caps:1/corrections:[0-9a-f]{12}"),
                snapshot.snapshotId());
        assertEquals(0, state.state().refused());
    }

    @Test
    void withoutAPolicyThereIsNone() {
        accept(health("health:1", Set.of("acme")));
        assertEquals(PolicySnapshot.NONE, apply());
    }

    @Test
    void aFileThatIsNotWhatTheRecordSaysIsRefusedAndTheLastGoodPolicyStays() {
        ControlRecord.Policy good = accept(policies.record(Policies.document("p1", null)));
        apply();

        PolicyDocument next = Policies.document("p2", null);
        ArtifactRef stored = policies.store("/policies/p2.json", "p2", ContractJson.bytes(next));
        accept(policies.record(new ArtifactRef("p2", stored.uri(), "0".repeat(64))));
        assertEquals(good.eventId() + "/-/-/-", apply().snapshotId());

        accept(policies.record(
                policies.store("/policies/p3.json", "p3", "{\"policy_version\":".getBytes(StandardCharsets.UTF_8))));
        accept(policies.record(new ArtifactRef("p4", stored.uri(), stored.sha256())));
        assertEquals(good.eventId() + "/-/-/-", apply().snapshotId());
        assertEquals(3, state.state().refused());
        assertFalse(state.isDue(), "what is corrupt is not tried again");
    }

    @Test
    void aCorruptCanaryKeepsTheLastGoodPolicyAndWithoutOneLeavesTheModelInForce() {
        ArtifactRef m1 = policies.storeModel("m1", "acme");
        ArtifactRef m2 = policies.storeModel("m2", "bolt");
        PolicyDocument alone = Policies.document("p1", m1);
        PolicyDocument good = alone.trying("p2", new Canary(m2, 0.05, clock.instant()));
        PolicyDocument corrupt =
                alone.trying("p3", new Canary(new ArtifactRef("m2", m2.uri(), "0".repeat(64)), 0.05, clock.instant()));
        accept(policies.record(corrupt));
        PolicySnapshot first = apply();
        assertEquals("p3", first.policy().policyVersion());
        assertEquals("m1", first.modelVersion());
        assertTrue(first.canary().isEmpty(), "there was no earlier policy to keep");

        accept(policies.record(good));
        PolicySnapshot tried = apply();
        assertEquals("m1", tried.modelVersion());
        assertEquals("m2", tried.canary().orElseThrow().modelVersion());
        assertEquals(tried.snapshotId(), tried.canary().orElseThrow().snapshotId());

        accept(policies.record(corrupt.named("p4")));
        assertEquals("p2", apply().policy().policyVersion());
        assertEquals(2, state.state().refused());
    }

    @Test
    void aCorruptModelKeepsTheLastGoodPolicyWithItsModel() {
        accept(policies.record(Policies.document("p1", policies.storeModel("m1", "acme"))));
        apply();

        ArtifactRef half = policies.store(
                "/model-files/m2/model.json", "m2", "{\"model_version\":\"m2\"}".getBytes(StandardCharsets.UTF_8));
        accept(policies.record(Policies.document("p2", half)));
        ArtifactRef m1 = policies.storeModel("m1", "acme");
        accept(policies.record(Policies.document("p3", new ArtifactRef("m3", m1.uri(), m1.sha256()))));
        PolicySnapshot snapshot = apply();
        assertEquals("p1", snapshot.policy().policyVersion());
        assertEquals("m1", snapshot.modelVersion());
        assertEquals(2, state.state().refused());
    }

    @Test
    void atTheStartAnEarlierPolicyIsBetterThanANewerOneThatIsCorrupt() {
        accept(policies.record(Policies.document("p1", policies.storeModel("m1", "acme"))));
        ArtifactRef m2 = policies.storeModel("m2", "acme");
        accept(policies.record(new ArtifactRef("p2", m2.uri(), "0".repeat(64))));
        assertEquals("p1", apply().policy().policyVersion());
    }

    @Test
    void withNoEarlierOneAPolicyComesIntoForceWithoutItsCorruptModel() {
        ArtifactRef m1 = policies.storeModel("m1", "acme");
        accept(policies.record(Policies.document("p1", new ArtifactRef("m1", m1.uri(), "0".repeat(64)))));
        PolicySnapshot snapshot = apply();
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
        assertEquals("p1", apply().policy().policyVersion());
        assertFalse(state.isDue(), "not at once");
        clock.advance(Duration.ofSeconds(1));
        assertTrue(state.isDue());
        assertEquals("p1", apply().policy().policyVersion());
        assertEquals(1, state.state().refused(), "reported once");
        assertTrue(state.state().standing().get(0).triedAgain());

        policies.store("/policies/p2.json", "p2", later);
        clock.advance(Duration.ofSeconds(30));
        assertTrue(state.isDue());
        assertEquals("p2", apply().policy().policyVersion());
        assertEquals(List.of(), state.state().standing());
        clock.advance(Duration.ofHours(1));
        assertFalse(state.isDue());
    }

    @Test
    void aFileThatStaysAwayIsGivenUpAfterFewTries() {
        accept(policies.record(Policies.document("p1", null)));
        accept(policies.record(new ArtifactRef("p2", "file://" + folder + "/policies/none.json", "0".repeat(64))));
        int tries = 0;
        for (int second = 0; second < 3_600; second++) {
            if (state.isDue()) {
                assertEquals("p1", apply().policy().policyVersion());
                tries++;
            }
            clock.advance(Duration.ofSeconds(1));
        }
        assertTrue(tries > 10 && tries < 100, "tries in an hour: " + tries);
        assertFalse(state.isDue());
        Refusal refusal = state.state().standing().get(0);
        assertFalse(refusal.triedAgain());
        assertTrue(refusal.reason().contains("given up"), refusal.reason());
        assertEquals(1, state.state().refused(), "refused once");
    }

    @Test
    void aRefusalStandsUntilSomethingValidOfItsKindFollows() {
        accept("caps", CAPS.replace("2026-11-22\"", "yesterday\""));
        accept("health", "{\"event_type\":\"health\"");
        List<Refusal> standing = state.state().standing();
        assertEquals(
                List.of("caps", "health"), standing.stream().map(Refusal::kind).toList());
        assertEquals(List.of(0L, 1L), standing.stream().map(Refusal::offset).toList());
        assertTrue(
                standing.get(0).reason().contains("day is a day such as"),
                standing.get(0).reason());
        assertTrue(
                standing.get(1).reason().contains("not JSON"), standing.get(1).reason());
        assertEquals(Optional.empty(), state.state().caps());

        accept("caps", CAPS);
        assertEquals(
                List.of("health"),
                state.state().standing().stream().map(Refusal::kind).toList());
        assertEquals(2, state.state().refused());
        assertEquals(
                LocalDate.parse("2026-11-22"),
                state.state().caps().orElseThrow().day());
    }

    @Test
    void anEndpointThatIsNoUrlIsRefused() {
        ControlRecord.Policy good = accept(policies.record(Policies.document("p1", null)));
        String document = new String(ContractJson.bytes(Policies.document("p2", null)), StandardCharsets.UTF_8);
        accept(policies.record(policies.store(
                "/policies/p2.json",
                "p2",
                document.replace("http://127.0.0.1:9/bolt", "bolt.example").getBytes(StandardCharsets.UTF_8))));
        assertEquals(good.eventId() + "/-/-/-", apply().snapshotId());
        assertTrue(state.state().standing().get(0).reason().contains("bolt.example"));
    }

    @Test
    void recordsThatAreNotControlRecordsAreRefused() {
        ControlRecord.Policy good = accept(policies.record(Policies.document("p1", null)));
        for (String value : new String[] {
            "not json",
            "null",
            CAPS + "{}",
            CAPS.replace("caps:1", "../caps"),
            CAPS.replace("\"2026-11-22T12:00:01Z\"", "1763812801"),
            CAPS.replace("\"exhausted\":[]", "\"exhausted\":[null]"),
            CAPS.replace("\"exhausted\":[]", "\"exhausted\":[],\"exhausted\":[]"),
            CAPS.replace("\"day\":\"2026-11-22\",", ""),
            "{\"event_type\":\"weather\",\"event_id\":\"x\"}",
            "{\"event_type\":\"policy\",\"event_id\":\"policy:1\"}",
            "{\"event_type\":\"health\",\"unhealthy\":[]}",
            "{\"event_type\":\"caps\",\"event_id\":\"caps:1\",\"day\":\"today\",\"exhausted\":[]}"
        }) {
            accept("", value);
        }
        assertEquals(good.eventId() + "/-/-/-", apply().snapshotId());
        assertEquals(12, state.state().refused());
    }

    private <R extends ControlRecord> R accept(R record) {
        state.accept(record.key(), offset++, Policies.bytes(record));
        return record;
    }

    private void accept(String kind, String value) {
        state.accept(kind, offset++, value.getBytes(StandardCharsets.UTF_8));
    }

    private static ControlRecord.Health health(String id, Set<String> unhealthy) {
        return new ControlRecord.Health(1, id, Instant.parse("2026-11-22T12:00:00Z"), unhealthy);
    }

    private PolicySnapshot apply() {
        state.apply();
        return state.state().snapshot();
    }
}
