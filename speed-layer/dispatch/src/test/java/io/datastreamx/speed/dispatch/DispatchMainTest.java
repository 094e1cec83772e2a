package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DispatchMainTest {

    @TempDir
    Path home;

    /** The clock runs ahead, so that the requests are still alive when the second process reads their decisions. */
    @Test
    void whatSigkillLeftUnderWayIsAskedAgainAndWhatIsWrittenIsNot() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean hang = new AtomicBoolean(true);
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(1);
            try (DispatchFixture fixture = new DispatchFixture("kill", broker, home);
                    TestAggregator a = new TestAggregator(request -> {
                        if (hang.get() && request.get("id").asText().equals("kill-first")) {
                            await(never);
                        }
                        return TestAggregator.fill(request, "5");
                    })) {
                fixture.clock.advance(Duration.ofSeconds(120));
                fixture.add("a", a, 60_000, 0);
                fixture.publishPolicy();
                try (JavaProcess process = start(fixture)) {
                    fixture.send("first", "a");
                    fixture.send("second", "a");
                    fixture.awaitOutcomes(Topic.AD_EVENTS, 1);
                    process.kill();
                }
                hang.set(false);
                try (JavaProcess process = start(fixture)) {
                    List<JsonNode> responses = fixture.awaitOutcomes(Topic.AD_EVENTS, 2);
                    assertEquals(
                            List.of("kill-second", "kill-first"),
                            responses.stream()
                                    .map(event -> event.get("request_id").asText())
                                    .toList());
                    assertEquals(
                            List.of("kill-first", "kill-first", "kill-second"),
                            a.askedFor().stream().sorted().toList());
                    assertEquals(
                            2, fixture.awaitOutcomes(Topic.AD_DELIVERIES, 2).size());
                    assertEquals(0, process.terminate());
                }
                never.countDown();
            }
        }
    }

    /** Written by hand, or by a later version: it must neither stop dispatch nor leave it alive and idle. */
    @Test
    void aCapsRecordWithoutADayIsRefusedAndDispatchWorks() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(1);
            try (DispatchFixture fixture = new DispatchFixture("caps", broker, home);
                    TestAggregator a = TestAggregator.filling("5")) {
                fixture.add("a", a, 60_000, 0);
                fixture.publishPolicy();
                fixture.publish("caps", """
                        {"event_type":"caps","schema_version":1,"event_id":"caps:1","event_time":"2026-11-22T12:00:00.000Z",
                        "day":"yesterday","exhausted":[]}""");
                try (JavaProcess process = start(fixture)) {
                    fixture.send("first", "a");
                    fixture.awaitOutcomes(Topic.AD_EVENTS, 1);
                    assertEquals(0, process.terminate());
                }
            }
        }
    }

    /** As any broker whose group.min.session.timeout.ms nobody has set. */
    @Test
    void aBrokerThatGivesNobodyUpSoSoonGetsTheUsualTimeAndANotice() throws Exception {
        Path properties = Files.writeString(home.resolve("usual.properties"), "group.min.session.timeout.ms=6000\n");
        try (BrokerProcess broker = BrokerProcess.startWith(properties)) {
            broker.createEventTopics(1);
            try (DispatchFixture fixture = new DispatchFixture("usual", broker, home);
                    TestAggregator a = TestAggregator.filling("5")) {
                fixture.add("a", a, 60_000, 0);
                fixture.publishPolicy();
                try (JavaProcess process = start(fixture)) {
                    fixture.send("first", "a");
                    fixture.awaitOutcomes(Topic.AD_DELIVERIES, 1);
                    String notice = process.awaitLine("NOTICE ", Duration.ofMinutes(2));
                    assertTrue(notice.contains("2000 ms; it is 6 s now"), notice);
                    assertEquals(0, process.terminate());
                }
            }
        }
    }

    private static JavaProcess start(DispatchFixture fixture) {
        JavaProcess process = JavaProcess.start(new JavaProcess.Launch(
                DispatchMain.class.getName(),
                Repository.runtimeClasspath("speed-layer/dispatch"),
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                fixture.properties(),
                List.of()));
        assertEquals("READY dispatch", process.awaitLine("READY ", Duration.ofMinutes(3)));
        return process;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
