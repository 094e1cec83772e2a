package io.datastreamx.ml.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HoldoutGateTest {
    private static final Quality GOOD = new Quality(1_000, 0.5, 0.60, 0.69, 0.005, 0.02);
    private static final Quality BAD = new Quality(1_000, 0.5, 0.70, 0.69, 0.005, 0.2);

    private static final Quality NO_BETTER = new Quality(1_000, 0.5, 0.692, 0.69, 0.005, 0.02);

    @Test
    void passesWhatBeatsAConstantAndEarnsNoLess() {
        assertTrue(
                judge(GOOD, GOOD, worth(1_200, 30, 500), worth(1_000, 20, 900)).passed());
        assertTrue(judge(GOOD, GOOD, worth(980, 30, 500), worth(1_000, 20, 900)).passed(), "within the noise");
        assertTrue(
                judge(GOOD, NO_BETTER, worth(1_200, 30, 500), worth(1_000, 20, 900))
                        .passed(),
                "a completion rate that does not depend on the context is a fact, not a fault");
    }

    @Test
    void refusesEachFaultByName() {
        assertRefused("log loss of fill", judge(BAD, GOOD, worth(1_200, 30, 500), worth(1_000, 20, 900)));
        assertRefused("log loss of completion", judge(GOOD, BAD, worth(1_200, 30, 500), worth(1_000, 20, 900)));
        assertRefused("cannot tell", judge(GOOD, GOOD, worth(1_200, 30, 40), worth(1_000, 20, 900)));
        assertRefused("estimated to earn", judge(GOOD, GOOD, worth(900, 30, 500), worth(1_000, 20, 900)));
    }

    private static void assertRefused(String reason, Verdict verdict) {
        assertFalse(verdict.passed());
        assertEquals(1, verdict.reasons().size(), verdict.reasons().toString());
        assertTrue(verdict.reasons().get(0).contains(reason), verdict.reasons().get(0));
    }

    private static Verdict judge(Quality fill, Quality completion, Estimate candidate, Estimate inForce) {
        return new HoldoutGate().judge(new Evaluation("m", fill, completion, candidate, inForce, inForce, Map.of()));
    }

    private static Estimate worth(double value, double error, double effective) {
        return new Estimate(1_000, value, value, error, value - 2 * error, value + 2 * error, effective, 1, 4);
    }
}
