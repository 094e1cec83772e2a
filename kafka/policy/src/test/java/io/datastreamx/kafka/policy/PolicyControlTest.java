package io.datastreamx.kafka.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.decision.Exclusion;
import io.datastreamx.contract.decision.ExclusionReason;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyChange;
import io.datastreamx.contract.policy.PolicyDifference;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.testing.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control by hand, on a real broker, as a router that follows it sees it. */
class PolicyControlTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");
    private static final Operator ANN = new Operator("ann", "ticket 7");

    @TempDir
    Path home;

    private final BlockingQueue<PolicyState> changes = new LinkedBlockingQueue<>();
    private BrokerProcess broker;
    private Lake lake;
    private KafkaClients kafka;
    private PolicyTopic topic;
    private PolicyControl control;

    @BeforeEach
    void start() {
        broker = BrokerProcess.start();
        broker.createEventTopics(1);
        lake = new Lake("file://" + home + "/lake");
        kafka = KafkaClients.plaintext(broker.bootstrapServers(), "test");
        topic = new PolicyTopic(lake, kafka);
        control = new PolicyControl(topic, ANN);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void whatIsDoneByHandIsOneRecordThatRoutersObeyAndTheTrailTells() throws Exception {
        topic.install(Policies.document("p1", null), NOW);
        try (PolicyFollower router = new PolicyFollower(kafka, lake, Clock.systemUTC(), changes::add).start()) {
            router.awaitRead(LIMIT);
            assertEquals(DecisionStatus.ROUTED, decide(router).status());

            obeyed(control.kill(NOW.plusSeconds(1)));
            Decision killed = decide(router);
            assertEquals(DecisionStatus.NO_CANDIDATE, killed.status());
            assertEquals(
                    Stream.of("acme", "bolt", "cyan")
                            .map(id -> new Exclusion(id, ExclusionReason.KILL_SWITCH))
                            .toList(),
                    killed.excluded());
            assertFalse(control.kill(NOW.plusSeconds(2)).isNew(), "it is on already");

            obeyed(control.disable("bolt", NOW.plusSeconds(3)));
            assertEquals(DecisionStatus.NO_CANDIDATE, decide(router).status(), "the kill switch stays on");
            obeyed(control.resume(NOW.plusSeconds(4)));
            assertEquals(DecisionStatus.ROUTED, decide(router).status());
            assertEquals(
                    List.of(new Exclusion("bolt", ExclusionReason.DISABLED)),
                    decide(router).excluded());
            obeyed(control.enable("bolt", NOW.plusSeconds(5)));
            assertEquals(List.of(), decide(router).excluded());
            obeyed(control.set(bytes("{\"probe_share\": 0.5}"), "USD", NOW.plusSeconds(6)));
            assertEquals(0.5, router.current().policy().probeShare());
        }
        assertEquals(6, records(), "one record each");

        PolicyLog log = PolicyLog.read(lake, 10);
        assertEquals(List.of(), log.damaged());
        assertEquals(
                List.of("set", "enable bolt", "resume", "disable bolt", "kill", "install"),
                log.entries().stream().map(entry -> entry.change().what()).toList());
        PolicyLog.Entry kill = log.entries().get(4);
        assertEquals(new PolicyChange("ann", "kill", "p1", "ticket 7"), kill.change());
        assertEquals(NOW.plusSeconds(1), kill.record().eventTime());
        assertEquals(List.of("kill_switch: false -> true"), differences(kill));
        assertEquals(
                List.of("aggregators.bolt.enabled: true -> false"),
                differences(log.entries().get(3)));
        assertEquals(
                log.entries().get(1).record().policy().version(),
                log.entries().get(0).change().before());
        assertEquals(1, PolicyLog.read(lake, 1).entries().size());
    }

    @Test
    void whatIsWrongIsRefusedWithItsReasonAndNothingIsWritten() {
        assertTrue(assertThrows(IllegalStateException.class, () -> control.kill(NOW))
                .getMessage()
                .contains("dsx up"));
        topic.install(Policies.document("p1", null), NOW);
        assertEquals(
                "there is no aggregator dyno in policy p1; it has acme, bolt, cyan",
                assertThrows(IllegalArgumentException.class, () -> control.disable("dyno", NOW))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> control.set(bytes("[{}]"), "USD", NOW));
        assertThrows(IllegalArgumentException.class, () -> new PolicyControl(topic, new Operator("a\u001b[2J", null))
                .kill(NOW));
        assertEquals(1, records());
        assertEquals(1, PolicyLog.read(lake, 10).entries().size());
    }

    @Test
    void aggregatorsAreAskedOnlyWhereItIsAllowed() {
        List<AggregatorTerms> here = Policies.document("p1", null).aggregators();
        topic.install(
                new PolicyDocument("p0", false, new Exploration(0, 0), 0, List.of(), Map.of(), null)
                        .allowing("p0", List.of()),
                NOW);
        assertEquals(
                List.of("http://127.0.0.1"),
                control.aggregators(here, NOW).after().allowedHosts(),
                "the first aggregators are allowed with their hosts");
        byte[] moved = bytes(new String(ContractJson.bytes(here), StandardCharsets.UTF_8)
                .replace("http://127.0.0.1:9/", "https://bid.acme.example/"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> control.set(moved, "USD", NOW))
                .getMessage()
                .contains("to allow it: dsx policy allow bid.acme.example"));
        control.allow(List.of("*.acme.example"), NOW);
        assertEquals(
                "https://bid.acme.example/acme",
                control.set(moved, "USD", NOW).after().aggregators().get(0).endpoint());
        assertThrows(IllegalArgumentException.class, () -> control.disallow("*.acme.example", NOW));
        assertEquals(
                List.of("*.acme.example"),
                control.disallow("http://127.0.0.1", NOW).after().allowedHosts());
        assertEquals(5, records());
    }

    @Test
    void changesAtOnceBuildOnEachOther() throws Exception {
        topic.install(Policies.document("p1", null), NOW);
        List<CompletableFuture<PolicyChanged>> all = new ArrayList<>();
        all.add(CompletableFuture.supplyAsync(() -> control.kill(NOW)));
        for (String id : List.of("acme", "bolt", "cyan")) {
            all.add(CompletableFuture.supplyAsync(() -> control.disable(id, NOW)));
        }
        for (CompletableFuture<PolicyChanged> one : all) {
            assertTrue(one.get(LIMIT.toSeconds(), TimeUnit.SECONDS).isNew());
        }
        PolicyInForce last = topic.inForce().orElseThrow();
        assertTrue(last.document().killSwitch());
        assertTrue(last.document().aggregators().stream().noneMatch(terms -> terms.enabled()));
        assertEquals(
                last.record(), PolicyLog.read(lake, 1).entries().get(0).record(), "the latest of the lake is in force");
    }

    private void obeyed(PolicyChanged change) throws InterruptedException {
        assertTrue(change.isNew());
        String version = change.after().policyVersion();
        PolicyState state;
        do {
            state = changes.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertTrue(state != null, () -> version + " was not obeyed within " + LIMIT);
        } while (!state.snapshot().policy().policyVersion().equals(version));
        assertEquals(Optional.of(change.after()), topic.inForce().map(PolicyInForce::document));
    }

    private static Decision decide(PolicyFollower router) {
        AdRequest request = new AdRequest(
                "q1", "box", NOW, new Context("news", null, null, "north", "m1"), 800, 0, null, null, null, null);
        return new InverseGapWeighting().decide(request, NOW, router.current());
    }

    private static List<String> differences(PolicyLog.Entry entry) {
        return entry.differences().orElseThrow().stream()
                .map(PolicyDifference::toString)
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private long records() {
        try (Consumer<byte[], byte[]> consumer = kafka.reader("count", "policy")) {
            return consumer.endOffsets(consumer.assignment()).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }
}
