package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.policy.ModelPromotion;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Models;
import io.datastreamx.lake.Models.Action;
import io.datastreamx.ml.policy.Calibration;
import io.datastreamx.ml.policy.CanaryWatch;
import io.datastreamx.ml.policy.FeatureEncoder;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.ml.policy.LogisticModel;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import io.datastreamx.testing.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A night's model on trial: routed as routers route, asked over HTTP, judged by dispatch, with a real broker. */
class CanaryTest {
    private static final int REQUESTS = 500;

    private static BrokerProcess broker;

    @TempDir
    Path home;

    @BeforeAll
    static void startBroker() {
        broker = BrokerProcess.start();
        broker.createEventTopics(2);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** The stack of one test: two aggregators that always fill, one of which pays a fifth. */
    private final class Stack implements AutoCloseable {
        final TestAggregator dear = TestAggregator.filling("5");
        final TestAggregator cheap = TestAggregator.filling("1");
        final DispatchFixture fixture;
        final Lake lake;
        final ModelPromotion promotion;
        final PolicyFollower router;
        int sent;

        Stack(TestInfo test) {
            fixture = new DispatchFixture(test.getTestMethod().orElseThrow().getName(), broker, home);
            fixture.more = Map.of(
                    "datastreamx.ml.canary-share", "0.5",
                    "datastreamx.ml.canary-requests", "150",
                    "datastreamx.ml.canary-least-time", "0s");
            fixture.add("dear", dear, 30_000, 0);
            fixture.add("cheap", cheap, 30_000, 0);
            fixture.publishPolicy();
            lake = new Lake(fixture.settings().lakeUri());
            promotion = new ModelPromotion(
                    lake,
                    new PolicyTopic(lake, fixture.kafka()),
                    fixture.settings().ml());
            router = new PolicyFollower(fixture.kafka(), lake, fixture.clock);
        }

        /** A model that thinks everything of one aggregator and little of the other. */
        void register(String version, String favourite) {
            ModelDocument model = new ModelDocument(
                    version,
                    FeatureEncoder.VERSION,
                    List.of(FeatureEncoder.priceToken(fixture.aggregator(favourite))),
                    LogisticModel.of(-3, new double[] {6}, Calibration.IDENTITY),
                    LogisticModel.of(2, new double[] {0}, Calibration.IDENTITY),
                    Map.of(),
                    Map.of(),
                    new TrainingInfo("v1", 1, 17, "test", "2026-11-22T12:00:00.000Z", 1));
            lake.models()
                    .register(
                            version,
                            "night",
                            fixture.clock.instant(),
                            model.write(),
                            "{}".getBytes(StandardCharsets.UTF_8),
                            Map.of());
        }

        void night(String model) {
            promotion.promote(
                    model, "n-" + model, fixture.clock.instant(), "{}", new Findings(Map.of(), Map.of(), Map.of()));
        }

        PolicyDocument inForce() {
            return router.state().snapshot().policy();
        }

        /** Routes requests of as many boxes. @return the models that decided */
        Set<String> route(int count) throws Exception {
            Set<String> models = new HashSet<>();
            for (int i = 0; i < count; i++) {
                AdRequest request = new AdRequest(
                        fixture.request("q" + sent),
                        "box-" + sent++,
                        fixture.clock.instant(),
                        new Context("ch", null, null, "north", "stb"),
                        DispatchFixture.TMAX_MS,
                        0,
                        "USD",
                        null,
                        null,
                        null);
                Decision decision = new InverseGapWeighting()
                        .decide(request, fixture.clock.instant(), router.state().snapshot());
                models.add(decision.modelVersion());
                fixture.sendSoon(decision);
            }
            return models;
        }

        void awaitCanary(boolean wanted) throws InterruptedException {
            long limit = System.nanoTime() + Duration.ofMinutes(4).toNanos();
            while (wanted != (inForce().canary() != null)) {
                assertTrue(System.nanoTime() < limit, "the policy is " + inForce());
                Thread.sleep(20);
            }
        }

        @Override
        public void close() {
            router.close();
            fixture.close();
            dear.close();
            cheap.close();
        }
    }

    @Test
    void aBadCanaryIsRolledBackWithoutAnybodysDoingAndThatSticks(TestInfo test) throws Exception {
        try (Stack stack = new Stack(test)) {
            stack.register("good", "dear");
            stack.register("bad", "cheap");
            stack.night("good");
            stack.router.start().awaitRead(Duration.ofMinutes(4));
            assertEquals("good", stack.inForce().model().version(), "the first goes to all boxes at once");
            stack.night("bad");
            stack.awaitCanary(true);
            try (DispatchService service = stack.fixture.service()) {
                assertEquals(Set.of("good", "bad"), stack.route(REQUESTS));
                List<JsonNode> responses = stack.fixture.awaitOutcomes(Topic.AD_EVENTS, REQUESTS);
                assertTrue(responses.stream().allMatch(response -> Set.of("good", "bad")
                        .contains(response.path("model_version").asText())));
                stack.fixture.clock.advance(CanaryWatch.SETTLED_AFTER.plusMinutes(1));
                stack.awaitCanary(false);
                assertEquals("good", stack.inForce().model().version());
                assertEquals(Set.of("good"), stack.route(100));
            }
            Models models = stack.lake.models().read();
            assertEquals("good", models.inForce().orElseThrow().modelVersion());
            Models.Act held = models.held().orElseThrow();
            assertEquals(Action.WITHDRAWN, held.action());
            String reason =
                    ContractJson.MAPPER.readTree(held.metrics()).path("reason").asText();
            assertTrue(reason.contains("earns less than with good"), reason);
            assertFalse(models.list().stream().anyMatch(Models.Model::canary));
        }
    }

    @Test
    void aGoodCanaryIsPromotedAndARollbackByHandReturnsToTheOneBefore(TestInfo test) throws Exception {
        try (Stack stack = new Stack(test)) {
            stack.register("old", "cheap");
            stack.register("better", "dear");
            stack.night("old");
            stack.night("better");
            stack.router.start().awaitRead(Duration.ofMinutes(4));
            stack.awaitCanary(true);
            assertEquals(
                    "better", stack.lake.models().read().canary().orElseThrow().modelVersion());
            try (DispatchService service = stack.fixture.service()) {
                assertEquals(Set.of("old", "better"), stack.route(REQUESTS));
                stack.fixture.awaitOutcomes(Topic.AD_EVENTS, REQUESTS);
                stack.fixture.clock.advance(CanaryWatch.SETTLED_AFTER.plusMinutes(1));
                stack.awaitCanary(false);
                assertEquals(Set.of("better"), stack.route(100));
            }
            assertEquals(
                    "better", stack.lake.models().read().inForce().orElseThrow().modelVersion());
            assertTrue(stack.lake.models().read().held().isEmpty(), "nights go on");
            stack.promotion.rollback(stack.fixture.clock.instant());
            assertEquals(
                    "old", stack.lake.models().read().inForce().orElseThrow().modelVersion());
        }
    }
}
