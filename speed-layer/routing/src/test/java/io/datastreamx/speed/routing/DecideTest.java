package io.datastreamx.speed.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.kafka.policy.Policies;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a router answers at a given moment under a given policy. */
class DecideTest {
    private static final Instant ASKED = Instant.parse("2026-11-22T12:00:00.000Z");
    private static final EventWriter WRITER = new EventWriter("USD");
    private static final AdRequest REQUEST = new AdRequest(
            "r1", "box-1", ASKED, new Context("news", null, null, "north", "m1"), 300, 0, "USD", null, null, null);

    @Test
    void theMomentDecidesWhetherARequestIsRoutedOrExpired() {
        assertEquals(DecisionStatus.ROUTED, decided(ASKED.plusMillis(5), "policy:1/-/-"));
        assertEquals(DecisionStatus.EXPIRED, decided(ASKED.plusMillis(301), "policy:1/-/-"));
    }

    /** Else the stream would end, and end again on the same request after each restart. */
    @Test
    void whatCannotBeWrittenEndsNoStream() {
        assertEquals(
                Optional.empty(), Decide.answer(REQUEST, snapshot("x".repeat(3_000)), ASKED.plusMillis(5), WRITER));
    }

    private static DecisionStatus decided(Instant now, String snapshotId) {
        byte[] event = Decide.answer(REQUEST, snapshot(snapshotId), now, WRITER).orElseThrow();
        Validated.Accepted accepted = assertInstanceOf(
                Validated.Accepted.class, new EventValidator("USD").validate(Topic.AD_DECISIONS, event));
        Decision decision = Decision.of(accepted.event());
        assertEquals(now, decision.time());
        return decision.status();
    }

    private static PolicySnapshot snapshot(String id) {
        return new PolicySnapshot(Policies.document("p1", null), Optional.empty(), Set.of(), null, Set.of(), id);
    }
}
