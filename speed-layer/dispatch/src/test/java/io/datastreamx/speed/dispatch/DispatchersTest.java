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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
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
                awaitShared(one, two);
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
                awaitShared(one, two);
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

    /** Fills are counted again for the new shares, and no dispatcher counts by the old ones any more when they hold. */
    @Test
    void aCapHoldsOverAddedPartitions() throws Exception {
        try (BrokerProcess growing = BrokerProcess.start()) {
            growing.createEventTopics(2);
            try (DispatchFixture fixture = new DispatchFixture("grown", growing, home);
                    TestAggregator a = TestAggregator.filling("5")) {
                fixture.add("a", a, GENEROUS_MS, 40);
                fixture.publishPolicy();
                try (DispatchService one = fixture.service("dispatch-1", fixture.clock);
                        DispatchService two = fixture.service("dispatch-2", fixture.clock)) {
                    fixture.sendAtOnce(names("before", 24), "a");
                    fixture.awaitOutcomes(Topic.AD_DELIVERIES, 24);
                    try (Admin admin = fixture.kafka().admin("grow")) {
                        admin.createPartitions(Map.of(Topic.AD_DECISIONS.topicName(), NewPartitions.increaseTo(5)))
                                .all()
                                .get();
                    }
                    await(() -> one.partitions() + two.partitions() == 5);
                    // A producer of before would not know of the new partitions for minutes.
                    try (DispatchFixture later = new DispatchFixture("grown", growing, home)) {
                        AtomicInteger batch = new AtomicInteger();
                        await(() -> {
                            later.sendAtOnce(names("after-" + batch.incrementAndGet(), 10), "a");
                            return one.counters().notAsked(NotAsked.CAP) > 0
                                    && two.counters().notAsked(NotAsked.CAP) > 0;
                        });
                        later.sendAtOnce(names("rest", 200), "a");
                    }
                    fixture.awaitControl(
                            record -> record.path("exhausted").toString().contains(fixture.aggregator("a")));
                    int fills = fixture.awaitOutcomes(Topic.AD_DELIVERIES, 25).size();
                    assertTrue(fills <= 40 && fills == a.askedFor().size(), fills + " fills");
                    assertTrue(one.counters().notAsked(NotAsked.CAP_NOT_COUNTED) > 0, one.counters()::toString);
                }
            }
        }
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long limit = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < limit, "not within a minute");
            Thread.sleep(100);
        }
    }

    /** Until both have a partition: a process that comes later gets its share from the one that is there. */
    private static void awaitShared(DispatchService one, DispatchService two) throws Exception {
        await(() -> one.partitions() == 1 && two.partitions() == 1);
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
