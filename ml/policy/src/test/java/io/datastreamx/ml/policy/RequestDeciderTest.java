package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.contract.policy.Exploration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a router answers at a given moment under a given policy. */
class RequestDeciderTest {
    private static final Instant ASKED = Instant.parse("2026-11-22T12:00:00.000Z");
    private static final EventWriter WRITER = new EventWriter("USD");
    private static final RequestDecider DECIDER = new RequestDecider("USD");
    private static final AdRequest REQUEST = new AdRequest(
            "r1", "box-1", ASKED, new Context("news", null, null, "north", "m1"), 300, 0, "USD", null, null, null);

    @Test
    void theTimeToAnswerRunsFromTheArrivalWhateverTheClockOfTheBoxSays() {
        for (Duration skew :
                List.of(Duration.ZERO, Duration.ofSeconds(-10), Duration.ofHours(-1), Duration.ofDays(1))) {
            Instant arrival = ASKED.minus(skew);
            assertEquals(DecisionStatus.ROUTED, decided(arrival, arrival.plusMillis(5)));
            assertEquals(DecisionStatus.EXPIRED, decided(arrival, arrival.plusMillis(301)));
        }
    }

    @Test
    void whatIsNoRequestGetsNoDecision() {
        byte[] other = WRITER.write(
                EventDraft.of(EventType.TUNE_IN, "e1", ASKED, "box-1").with(REQUEST.context()));
        assertEquals(Optional.empty(), DECIDER.decide(other, ASKED, ASKED, snapshot("s")));
        assertEquals(Optional.empty(), DECIDER.decide(new byte[] {'{'}, ASKED, ASKED, snapshot("s")));
    }

    /** Else the stream would end, and end again on the same request after each restart. */
    @Test
    void whatCannotBeWrittenEndsNoStream() {
        assertEquals(
                Optional.empty(), DECIDER.decide(request(), ASKED, ASKED.plusMillis(5), snapshot("x".repeat(3_000))));
    }

    private static DecisionStatus decided(Instant arrival, Instant now) {
        RequestDecider.Written written = DECIDER.decide(request(), arrival, now, snapshot("policy:1/-/-"))
                .orElseThrow();
        assertArrayEquals("r1".getBytes(StandardCharsets.UTF_8), written.key());
        Validated.Accepted accepted = assertInstanceOf(
                Validated.Accepted.class, new EventValidator("USD").validate(Topic.AD_DECISIONS, written.value()));
        Decision decision = Decision.of(accepted.event());
        assertEquals(now, decision.time());
        assertEquals(ASKED, decision.request().time());
        assertEquals(arrival, decision.request().arrival());
        assertEquals(arrival.plusMillis(300), decision.request().deadline());
        return decision.status();
    }

    private static byte[] request() {
        return WRITER.write(REQUEST.toEvent("e1"));
    }

    private static PolicySnapshot snapshot(String id) {
        return new PolicySnapshot(
                Examples.policy(Examples.terms(4, new Random(1)), new Exploration(40, 0.02)),
                Optional.empty(),
                Set.of(),
                null,
                Set.of(),
                id);
    }
}
