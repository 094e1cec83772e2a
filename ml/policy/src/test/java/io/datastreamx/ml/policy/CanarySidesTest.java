package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Canary;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whose model decides where a policy has a canary. */
class CanarySidesTest {
    private static final ArtifactRef NEW = new ArtifactRef("m2", "file:///m2", "02");
    private static final Canary CANARY = new Canary(NEW, 0.05, Examples.NOON);
    private static final PolicyDocument ALONE =
            Examples.policy(Examples.terms(4, new Random(1)), new Exploration(40, 0.02));
    private static final Scorer OLD_SCORER = Examples.worth(terms -> terms.contractPriceMicros());
    private static final Scorer NEW_SCORER = Examples.worth(terms -> 20_000_000 - terms.contractPriceMicros());
    private static final int BOXES = 20_000;

    private final InverseGapWeighting policy = new InverseGapWeighting();

    private static PolicySnapshot snapshot(String salt) {
        return Examples.snapshot(ALONE.trying("p1", CANARY).salted(salt), OLD_SCORER)
                .trying(NEW_SCORER);
    }

    private static AdRequest request(int box, int number) {
        return new AdRequest(
                "q" + box + "-" + number,
                "box-" + box,
                Examples.NOON,
                Examples.context(new Random(31L * box + number)),
                800,
                0,
                null,
                null,
                null,
                null);
    }

    private Decision decide(AdRequest request, PolicySnapshot snapshot) {
        return policy.decide(request, Examples.NOON, snapshot);
    }

    @Test
    void eachSideDecidesAsIfItsModelWereInForceAloneAndTheLogSaysWhich() {
        PolicySnapshot both = snapshot("s");
        PolicySnapshot old = Examples.snapshot(ALONE.salted("s"), OLD_SCORER);
        PolicySnapshot tried =
                Examples.snapshot(ALONE.trying("p1", CANARY).canaryInForce().salted("s"), NEW_SCORER);
        Map<String, Integer> decided = new HashMap<>();
        for (int box = 0; box < BOXES; box++) {
            AdRequest request = request(box, 0);
            Decision decision = decide(request, both);
            decided.merge(decision.modelVersion(), 1, Integer::sum);
            assertEquals(decide(request, decision.modelVersion().equals("m2") ? tried : old), decision);
            assertEquals(decision, decide(request, snapshot("s")), "a replay");
        }
        double share = decided.get("m2") / (double) BOXES;
        assertTrue(Math.abs(share - 0.05) < 0.006, decided.toString());
        assertEquals(BOXES, decided.get("m2") + decided.get("m1"));
    }

    @Test
    void aBoxStaysOnItsSideWhateverItAsksAndWhateverElseThePolicySays() {
        for (int box = 0; box < 500; box++) {
            String first = decide(request(box, 0), snapshot("s")).modelVersion();
            for (int number = 1; number < 20; number++) {
                assertEquals(
                        first,
                        decide(request(box, number), snapshot("salt-" + number)).modelVersion());
            }
        }
    }

    @Test
    void anotherCanaryDrawsOtherBoxes() {
        Canary later = new Canary(NEW, 0.05, Examples.NOON.plusSeconds(1));
        int twice = 0;
        for (int box = 0; box < BOXES; box++) {
            boolean now = Draw.side(CANARY, "box-" + box) < 0.05;
            boolean then = Draw.side(later, "box-" + box) < 0.05;
            twice += now && then ? 1 : 0;
        }
        assertTrue(twice < 0.005 * BOXES, twice + " of " + BOXES);
    }

    @Test
    void aCanaryNeedsAModelBesideIt() {
        PolicyDocument none = new PolicyDocument("p", false, new Exploration(0, 0), 0, List.of(), Map.of(), null);
        assertThrows(IllegalArgumentException.class, () -> none.trying("p", CANARY));
        assertThrows(IllegalArgumentException.class, () -> new Canary(NEW, 1, Examples.NOON));
        assertEquals(CANARY, ALONE.trying("p", CANARY).killed("q", true).canary(), "what else changes leaves it");
    }
}
