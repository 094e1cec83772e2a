package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rungs: model, measured earnings, configured waterfall. */
class RankingTest {
    private static final List<AggregatorTerms> TERMS = List.of(
            Examples.terms("third", 3, 9_000_000),
            Examples.terms("first", 1, 2_000_000),
            Examples.terms("second", 2, 4_000_000));

    @Test
    void aModelSpeaksFirst() {
        Scorer model = Examples.worth(aggregator -> aggregator.aggregatorId().length());
        Decision decision = decide(Map.of("first", 7L), Optional.of(model));
        assertEquals(List.of("second:6", "first:5", "third:5"), scores(decision));
        assertEquals("m1", decision.modelVersion());
    }

    @Test
    void withoutAModelMeasuredEarningsSpeakAndTheUnmeasuredGetNoMoreThanTheAverage() {
        Decision decision = decide(Map.of("first", 1_000_000L, "second", 1_200_000L), Optional.empty());
        assertEquals(List.of("second:1200000", "third:1100000", "first:1000000"), scores(decision));
        assertNull(decision.modelVersion());
    }

    @Test
    void theUnmeasuredGetTheShareOfTheirPriceThatOthersEarnOfTheirs() {
        Decision decision = decide(Map.of("second", 2_000_000L, "third", 4_500_000L), Optional.empty());
        assertEquals(List.of("third:4500000", "second:2000000", "first:1000000"), scores(decision));
    }

    @Test
    void withNeitherTheWaterfallIsTriedUniformly() {
        Decision decision = decide(Map.of(), Optional.empty());
        assertEquals(List.of("first:2000000", "second:4000000", "third:9000000"), scores(decision));
        decision.ranked().forEach(candidate -> assertEquals(1 / 3.0, candidate.propensity(), 1e-12));
    }

    private static List<String> scores(Decision decision) {
        return decision.ranked().stream().map(RankingTest::text).toList();
    }

    private static String text(Candidate candidate) {
        return candidate.aggregatorId() + ":" + candidate.scoreMicros();
    }

    private static Decision decide(Map<String, Long> measured, Optional<Scorer> model) {
        PolicyDocument document = new PolicyDocument(
                "p1",
                false,
                new Exploration(40, 0.02),
                0.02,
                TERMS,
                measured,
                new ArtifactRef("m1", "file:///m", "00"));
        PolicySnapshot snapshot = new PolicySnapshot(document, model, Set.of(), null, Set.of(), "s");
        return new InverseGapWeighting().decide(Examples.request(new Random(9)), Examples.NOON, snapshot);
    }
}
