package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.testing.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several dispatchers share the work, and caps hold over all of them. */
class DispatchersTest {
    private static final int GENEROUS_MS = 30_000;
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

    @Test
    void fiveHundredDecisionsAtOnceGiveNoMoreFillsThanTheCap() throws Exception {
        try (DispatchFixture fixture = new DispatchFixture("cap-of-100", broker, home);
                TestAggregator capped = TestAggregator.filling("9");
                TestAggregator next = TestAggregator.filling("5")) {
            fixture.maxInFlight = 1_000;
            fixture.add("capped", capped, GENEROUS_MS, 100);
            fixture.add("next", next, GENEROUS_MS, 0);
            fixture.publishPolicy();
            try (DispatchService one = fixture.service("dispatch-1", fixture.clock);
                    DispatchService two = fixture.service("dispatch-2", fixture.clock)) {
                awaitShared(fixture, one, two);
                int before = capped.asked().size();
                long[] done = {dispatched(one), dispatched(two)};
                List<String> requests =
                        IntStream.range(0, 500).mapToObj(i -> "r" + i).toList();
                fixture.sendAtOnce(requests, "capped", "next");
                List<JsonNode> deliveries = fixture.awaitOutcomes(Topic.AD_DELIVERIES, before + 500);
                Set<String> byCapped = by(deliveries, fixture.aggregator("capped"));
                Set<String> byNext = by(deliveries, fixture.aggregator("next"));

                assertEquals(100, byCapped.size(), "fills under a cap of 100");
                assertEquals(100, capped.askedFor().size(), "whoever has no fill left to give is not asked");
                Set<String> rest = requests.stream().map(fixture::request).collect(Collectors.toSet());
                rest.removeAll(byCapped);
                assertTrue(byNext.containsAll(rest), "all others were asked of the next in rank");
                assertEquals(new HashSet<>(next.askedFor()), byNext);
                assertTrue(dispatched(one) > done[0] && dispatched(two) > done[1], "both had their share");
                System.out.printf(
                        "500 at once against a cap of 100: %d fills, %d of the next in rank; dispatch-1 %d, dispatch-2 %d%n",
                        byCapped.size(), byNext.size(), dispatched(one) - done[0], dispatched(two) - done[1]);
            }
        }
    }

    /** What is not filled is given back, so that no fill is missing in the end. */
    @Test
    void reservationsThatCameToNothingAreFilledByOthers() throws Exception {
        try (DispatchFixture fixture = new DispatchFixture("given-back", broker, home);
                TestAggregator fickle =
                        new TestAggregator(request -> request.get("id").asText().hashCode() % 2 == 0
                                ? TestAggregator.fill(request, "5")
                                : TestAggregator.noFill())) {
            fixture.add("fickle", fickle, GENEROUS_MS, 30);
            fixture.publishPolicy();
            try (DispatchService one = fixture.service("dispatch-1", fixture.clock);
                    DispatchService two = fixture.service("dispatch-2", fixture.clock)) {
                awaitShared(fixture, one, two);
                for (int i = 0; i < 300; i++) {
                    fixture.send("r" + i, "fickle");
                }
                fixture.awaitControl(
                        record -> record.path("exhausted").toString().contains(fixture.aggregator("fickle")));
                assertEquals(30, fixture.awaitOutcomes(Topic.AD_DELIVERIES, 30).size());
            }
        }
    }

    /** The clock begins an hour ago, so that decisions of the next hour are not older than it. */
    @Test
    void anHourTakesNoMoreThanItsShareOfTheCap() throws Exception {
        try (DispatchFixture fixture = new DispatchFixture("paced", broker, home);
                TestAggregator a = TestAggregator.filling("5")) {
            fixture.clock.advance(Duration.ofHours(-1));
            fixture.add("a", a, GENEROUS_MS, 100, 0.04);
            fixture.publishPolicy();
            try (DispatchService service = fixture.service()) {
                fixture.sendAtOnce(IntStream.range(0, 40).mapToObj(i -> "r" + i).toList(), "a");
                fixture.awaitControl(
                        record -> record.path("exhausted").toString().contains(fixture.aggregator("a")));
                assertEquals(4, a.askedFor().size(), "4 % of 100");
                fixture.clock.advance(Duration.ofHours(1));
                fixture.sendAtOnce(IntStream.range(0, 40).mapToObj(i -> "s" + i).toList(), "a");
                assertEquals(8, fixture.awaitOutcomes(Topic.AD_DELIVERIES, 8).size());
                assertTrue(service.counters().notAsked(NotAsked.PACING) > 0, service.counters()::toString);
            }
            assertEquals(8, a.askedFor().size());
        }
    }

    /** Until both have a partition: a process that comes later gets its share from the one that is there. */
    static void awaitShared(DispatchFixture fixture, DispatchService one, DispatchService two) throws Exception {
        long limit = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (one.partitions() != 1 || two.partitions() != 1) {
            assertTrue(System.nanoTime() < limit, "one has " + one.partitions() + ", two " + two.partitions());
            Thread.sleep(20);
        }
    }

    private static long dispatched(DispatchService service) {
        return service.counters().decisions(DecisionFate.DISPATCHED);
    }

    private static Set<String> by(List<JsonNode> deliveries, String aggregator) {
        return deliveries.stream()
                .filter(event -> event.get("aggregator_id").asText().equals(aggregator))
                .map(event -> event.get("request_id").asText())
                .collect(Collectors.toSet());
    }
}
