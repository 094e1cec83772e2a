package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventTimes;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.testing.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class DispatchServiceTest {
    /** For aggregators that are to answer in time however slow the machine is. */
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

    private DispatchFixture fixture(TestInfo test) {
        return new DispatchFixture(test.getTestMethod().orElseThrow().getName(), broker, home);
    }

    @Test
    void theNextInRankIsAskedAfterNoFillTimeoutAndError(TestInfo test) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (DispatchFixture fixture = fixture(test);
                TestAggregator empty = new TestAggregator(request -> new TestAggregator.Reply(200, "{\"nbr\": 2}"));
                TestAggregator slow = new TestAggregator(request -> await(never));
                TestAggregator broken = new TestAggregator(request -> new TestAggregator.Reply(500, "oops"));
                TestAggregator full = TestAggregator.filling("12.3456789");
                TestAggregator spare = TestAggregator.filling("1")) {
            fixture.add("empty", empty, GENEROUS_MS, 0);
            fixture.add("slow", slow, 100, 0);
            fixture.add("broken", broken, GENEROUS_MS, 0);
            fixture.add("full", full, GENEROUS_MS, 0);
            fixture.add("spare", spare, GENEROUS_MS, 0);
            fixture.publishPolicy();
            try (DispatchService service = fixture.service()) {
                fixture.send("1", "empty", "slow", "broken", "full", "spare");
                List<JsonNode> responses = fixture.awaitOutcomes(Topic.AD_EVENTS, 4);
                assertEquals(List.of("no_fill", "timeout", "error", "fill"), texts(responses, "outcome"));
                assertEquals(List.of("1", "2", "3", "4"), texts(responses, "attempt"));
                assertEquals(
                        List.of(
                                fixture.aggregator("empty"),
                                fixture.aggregator("slow"),
                                fixture.aggregator("broken"),
                                fixture.aggregator("full")),
                        texts(responses, "aggregator_id"));
                assertEquals(2, responses.get(0).get("nbr").asInt());
                assertEquals("box-7", responses.get(0).get("device_id").asText());
                assertEquals(
                        "channel-2", responses.get(0).get("previous_channel_id").asText());
                assertEquals(12_345_679, responses.get(3).get("price_micros").asLong());
                assertEquals(
                        List.of("no_bid", "error_timed_out", "error_http_status", "filled"),
                        texts(responses, "reason"));
                for (ResponseReason reason : List.of(
                        ResponseReason.NO_BID,
                        ResponseReason.ERROR_TIMED_OUT,
                        ResponseReason.ERROR_HTTP_STATUS,
                        ResponseReason.FILLED)) {
                    assertEquals(1, service.counters().responses(reason), reason::code);
                }
                assertEquals(
                        List.of(
                                fixture.aggregator("broken") + " error_http_status: 1 times, last: status 500",
                                fixture.aggregator("slow") + " error_timed_out: 1 times"),
                        service.counters().newTroubles().stream()
                                .filter(trouble -> trouble.startsWith(fixture.aggregator("")))
                                .toList());

                JsonNode delivery =
                        fixture.awaitOutcomes(Topic.AD_DELIVERIES, 1).get(0);
                assertEquals(
                        fixture.aggregator("full"),
                        delivery.get("aggregator_id").asText());
                assertEquals(
                        "https://media.example/ad-1.mp4",
                        delivery.get("media_url").asText());
                assertEquals(
                        "[{\"event\":\"impression\",\"url\":\"https://ads.example/seen\"}]",
                        delivery.get("trackers").toString());
                assertEquals(12_345_679, delivery.get("price_micros").asLong());
                assertFalse(full.asked().get(0).toString().contains("box-7"), "a device id went to a third party");
            }
            assertEquals(List.of(), spare.askedFor());
            never.countDown();
        }
    }

    @Test
    void theWinnerIsToldOnceAndALateOneThatItLost(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                RawAggregator notices = RawAggregator.sending("HTTP/1.1 204 Thanks", new byte[0]);
                TestAggregator a = TestAggregator.filling("5")) {
            fixture.add("a", a, GENEROUS_MS, 0);
            fixture.publishPolicy();
            try (DispatchService service = fixture.service()) {
                a.behave(request -> TestAggregator.noticed(request, notices.endpoint()));
                fixture.send("won", "a");
                fixture.awaitOutcomes(Topic.AD_DELIVERIES, 1);
                a.behave(request -> {
                    fixture.clock.advance(Duration.ofMillis(DispatchFixture.TMAX_MS + 1));
                    return TestAggregator.noticed(request, notices.endpoint());
                });
                fixture.send("late", "a");
                fixture.awaitOutcomes(Topic.AD_EVENTS, 2);
                long limit = System.nanoTime() + Duration.ofMinutes(2).toNanos();
                while (service.counters().notices(NoticeFate.NOTICE_SENT) < 2 && System.nanoTime() < limit) {
                    Thread.sleep(5);
                }
                assertEquals(
                        List.of(
                                "GET /bid?won=5&id=" + fixture.request("won") + " HTTP/1.1",
                                "GET /bid?lost=2&id=" + fixture.request("late") + " HTTP/1.1"),
                        notices.heads().stream()
                                .map(head -> head.lines().findFirst().orElseThrow())
                                .toList());
            }
        }
    }

    @Test
    void noAttemptBeginsWithoutTimeForItAndALateFillIsATimeout(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator late = TestAggregator.filling("5");
                TestAggregator next = TestAggregator.filling("5")) {
            fixture.add("late", late, GENEROUS_MS, 0);
            fixture.add("next", next, GENEROUS_MS, 0);
            fixture.publishPolicy();
            Counters counters;
            try (DispatchService service = fixture.service()) {
                late.behave(request -> {
                    fixture.clock.advance(Duration.ofMillis(DispatchFixture.TMAX_MS - AdSlot.DELIVERY_RESERVE_MS));
                    return TestAggregator.noFill();
                });
                fixture.send("no-time-left", "late", "next");
                fixture.awaitOutcomes(Topic.AD_EVENTS, 1);

                late.behave(request -> {
                    fixture.clock.advance(Duration.ofMillis(DispatchFixture.TMAX_MS + 1));
                    return TestAggregator.fill(request, "5");
                });
                fixture.send("too-late", "late", "next");
                fixture.awaitOutcomes(Topic.AD_EVENTS, 2);
                counters = service.counters();
            }
            assertEquals(1, counters.responses(ResponseReason.ERROR_TIMED_OUT_TOO_LATE));
            assertTrue(counters.notAsked(NotAsked.NO_TIME_LEFT) >= 2, counters::toString);
            assertEquals(List.of("no_fill", "timeout"), texts(fixture.awaitOutcomes(Topic.AD_EVENTS, 2), "outcome"));
            assertEquals(List.of(), fixture.awaitOutcomes(Topic.AD_DELIVERIES, 0));
            assertEquals(List.of(), next.askedFor());
        }
    }

    @Test
    void theFirstDecisionOnARequestWins(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator a = TestAggregator.filling("5");
                TestAggregator b = TestAggregator.filling("5")) {
            fixture.add("a", a, GENEROUS_MS, 0);
            fixture.add("b", b, GENEROUS_MS, 0);
            fixture.publishPolicy();
            try (DispatchService service = fixture.service()) {
                fixture.send("1", "a", "b");
                fixture.send("1", "b", "a");
                fixture.send(fixture.decision("2", DecisionStatus.NO_CANDIDATE));
                fixture.send("2", "b");
                fixture.send("3", "b");
                fixture.awaitOutcomes(Topic.AD_EVENTS, 2);
                assertEquals(2, service.counters().decisions(DecisionFate.DUPLICATE));
            }
            assertEquals(List.of(fixture.request("1")), a.askedFor());
            assertEquals(List.of(fixture.request("3")), b.askedFor());
        }
    }

    @Test
    void aDecisionPastItsDeadlineIsSkipped(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator a = TestAggregator.filling("5")) {
            fixture.add("a", a, GENEROUS_MS, 0);
            fixture.publishPolicy();
            fixture.send("old", "a");
            fixture.clock.advance(Duration.ofMillis(DispatchFixture.TMAX_MS + 1));
            fixture.send("fresh", "a");
            try (DispatchService service = fixture.service()) {
                fixture.awaitOutcomes(Topic.AD_EVENTS, 1);
            }
            assertEquals(List.of(fixture.request("fresh")), a.askedFor());
        }
    }

    @Test
    void aRestartGoesOnAtTheCommittedOffsets(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator a = TestAggregator.filling("5")) {
            fixture.add("a", a, GENEROUS_MS, 0);
            fixture.publishPolicy();
            try (DispatchService service = fixture.service()) {
                fixture.send("1", "a");
                fixture.send("2", "a");
                fixture.awaitOutcomes(Topic.AD_EVENTS, 2);
            }
            fixture.send("3", "a");
            try (DispatchService service = fixture.service()) {
                fixture.awaitOutcomes(Topic.AD_EVENTS, 3);
            }
            assertEquals(
                    List.of(fixture.request("1"), fixture.request("2"), fixture.request("3")),
                    a.askedFor().stream().sorted().toList());
        }
    }

    @Test
    void sicknessAndRecoveryArePublished(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator a = new TestAggregator(request -> new TestAggregator.Reply(503, ""))) {
            fixture.add("a", a, GENEROUS_MS, 0);
            fixture.publishPolicy();
            String id = fixture.aggregator("a");
            try (DispatchService service = fixture.service()) {
                fixture.send("1", "a");
                fixture.send("2", "a");
                JsonNode sick = fixture.awaitControl(
                        record -> record.path("unhealthy").toString().contains(id));
                assertTrue(fixture.controlFile(sick.get("event_id").asText())
                        .toFile()
                        .exists());
            }
            a.behave(request -> TestAggregator.noFill());
            try (DispatchService service = fixture.service()) {
                fixture.send("3", "a");
                fixture.send("4", "a");
                JsonNode well = fixture.awaitControl(record -> record.has("unhealthy")
                        && !record.path("unhealthy").toString().contains(id)
                        && !record.path("event_time").asText().isEmpty()
                        && fixture.controlFile(record.get("event_id").asText())
                                .toFile()
                                .exists());
                assertTrue(well.get("event_id").asText().startsWith("health:"));
            }
        }
    }

    /** An endpoint that answers everything with 204 breaks no rule. */
    @Test
    void fillsThatStopArePublishedAsACorrection(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator a = TestAggregator.filling("5")) {
            fixture.add("a", a, GENEROUS_MS, 0);
            fixture.publishPolicy();
            String id = fixture.aggregator("a");
            try (DispatchService service = fixture.service()) {
                fixture.sendAtOnce(numbers(0, 120), "a");
                fixture.awaitOutcomes(Topic.AD_EVENTS, 120);
                a.behave(request -> TestAggregator.noFill());
                AtomicInteger next = new AtomicInteger(120);
                ScheduledExecutorService boxes = Executors.newSingleThreadScheduledExecutor();
                boxes.scheduleWithFixedDelay(
                        () -> {
                            int from = next.getAndAdd(20);
                            fixture.sendAtOnce(numbers(from, from + 20), "a");
                        },
                        0,
                        500,
                        TimeUnit.MILLISECONDS);
                JsonNode record = fixture.awaitControl(
                        found -> found.path("aggregators").path(id).path("fill").asDouble(1) < 0.5);
                boxes.shutdown();
                assertTrue(boxes.awaitTermination(10, TimeUnit.SECONDS));
                assertTrue(fixture.controlFile(record.get("event_id").asText())
                        .toFile()
                        .exists());
                assertEquals(
                        1, record.path("aggregators").path(id).path("price").asDouble());
            }
        }
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void aUsedUpCapIsPublishedAndCountedAgainAfterARestart(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator a = TestAggregator.filling("5")) {
            fixture.add("a", a, GENEROUS_MS, 2);
            fixture.publishPolicy();
            String day =
                    fixture.clock.instant().atZone(ZoneOffset.UTC).toLocalDate().toString();
            try (DispatchService service = fixture.service()) {
                for (int i = 0; i < 12; i++) {
                    fixture.send(Integer.toString(i), "a");
                }
                JsonNode caps = fixture.awaitControl(
                        record -> record.path("exhausted").toString().contains(fixture.aggregator("a")));
                assertEquals(day, caps.get("day").asText());
                assertTrue(fixture.controlFile(caps.get("event_id").asText())
                        .toFile()
                        .exists());
            }
            assertEquals(2, a.askedFor().size());
            fixture.publish(ControlRecord.Caps.of(
                    LocalDate.parse(day), Set.of(), Map.of(), Instant.parse("2026-01-01T00:00:00Z")));
            fixture.clock.advance(Duration.ofMillis(1));
            String later = EventTimes.format(fixture.clock.instant());
            try (DispatchService service = fixture.service()) {
                fixture.awaitControl(
                        record -> record.path("exhausted").toString().contains(fixture.aggregator("a"))
                                && record.path("event_time").asText().equals(later));
            }
        }
    }

    @Test
    void aCorruptPolicyIsRefusedAndTheLastGoodOneStays(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator a = TestAggregator.filling("5")) {
            fixture.add("a", a, GENEROUS_MS, 0);
            fixture.publishPolicy();
            fixture.publishCorruptPolicy();
            try (DispatchService service = fixture.service()) {
                fixture.send("1", "unknown", "a");
                JsonNode response = fixture.awaitOutcomes(Topic.AD_EVENTS, 1).get(0);
                assertEquals("fill", response.get("outcome").asText());
                assertEquals(2, response.get("attempt").asInt(), "the place in the order stays the place in the order");
            }
        }
    }

    @Test
    void whatWaitsPastItsDeadlineIsShed(TestInfo test) throws Exception {
        try (DispatchFixture fixture = fixture(test);
                TestAggregator a = TestAggregator.filling("5")) {
            fixture.maxInFlight = 1;
            fixture.partition = 0;
            fixture.add("a", a, GENEROUS_MS, 0);
            fixture.publishPolicy();
            a.behave(request -> {
                fixture.clock.advance(Duration.ofMillis(DispatchFixture.TMAX_MS + 1));
                return TestAggregator.noFill();
            });
            fixture.send("1", "a");
            fixture.send("2", "a");
            fixture.send("3", "a");
            try (DispatchService service = fixture.service()) {
                fixture.awaitOutcomes(Topic.AD_EVENTS, 1);
                fixture.send("4", "a");
                fixture.awaitOutcomes(Topic.AD_EVENTS, 2);
            }
            assertEquals(List.of(fixture.request("1"), fixture.request("4")), a.askedFor());
        }
    }

    private static TestAggregator.Reply await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return TestAggregator.noFill();
    }

    private static List<String> texts(List<JsonNode> events, String field) {
        return events.stream().map(event -> event.get(field).asText()).toList();
    }
}
