package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.contract.event.Context;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticScorerTest {
    private final Random random = new Random(2);
    private final ModelDocument model = Examples.model(random);
    private final LogisticScorer scorer = new LogisticScorer(model);
    private final FeatureDictionary dictionary = new FeatureDictionary(model.features());

    @Test
    void equalsTheDotProductOverTokens() {
        for (int i = 0; i < 5_000; i++) {
            Context context = Examples.context(random);
            Instant time = Examples.NOON.plusSeconds(random.nextInt(864_000));
            String aggregator = Examples.AGGREGATORS.get(random.nextInt(6));
            assertEquals(
                    overTokens(model.fill(), context, time, aggregator),
                    scorer.rawFillProbability(context, time, aggregator),
                    1e-12);
            assertEquals(
                    overTokens(model.completion(), context, time, aggregator),
                    scorer.rawCompletionProbability(context, time, aggregator),
                    1e-12);
        }
    }

    @Test
    void scoreIsFillTimesCompletionTimesPrice() {
        for (int i = 0; i < 1_000; i++) {
            Context context = Examples.context(random);
            double earnings = scorer.fillProbability(context, Examples.NOON, "a1")
                    * scorer.completionProbability(context, Examples.NOON, "a1")
                    * 2_000_000;
            assertEquals(earnings, scorer.scoreMicros(context, Examples.NOON, Examples.terms("a1", 1, 2_000_000)), 0.5);
        }
    }

    @Test
    void priceIsTheMostParticularOneKnown() {
        assertEquals(5_000_000, impliedPrice("a0", new Context("ch1", null, null, "r1", "d")), 100);
        assertEquals(4_000_000, impliedPrice("a0", new Context("ch2", null, null, "r1", "d")), 100);
        assertEquals(3_000_000, impliedPrice("a0", new Context("ch2", null, null, "r2", "d")), 100);
        assertEquals(2_000_000, impliedPrice("a1", new Context("ch1", null, null, "r1", "d")), 100);
    }

    @Test
    void calibrationIsLinearBetweenBoundariesAndFlatOutside() {
        IsotonicCurve curve =
                new IsotonicCurve(Calibration.of(new double[] {0.2, 0.4, 0.8}, new double[] {0.1, 0.3, 0.5}));
        assertEquals(0.1, curve.at(0.0));
        assertEquals(0.1, curve.at(0.2));
        assertEquals(0.2, curve.at(0.3), 1e-15);
        assertEquals(0.3, curve.at(0.4));
        assertEquals(0.4, curve.at(0.6), 1e-15);
        assertEquals(0.5, curve.at(0.8));
        assertEquals(0.5, curve.at(1.0));
    }

    private double impliedPrice(String aggregator, Context context) {
        double share = scorer.fillProbability(context, Examples.NOON, aggregator)
                * scorer.completionProbability(context, Examples.NOON, aggregator);
        return scorer.scoreMicros(context, Examples.NOON, Examples.terms(aggregator, 1, 2_000_000)) / share;
    }

    private double overTokens(LogisticModel logistic, Context context, Instant time, String aggregator) {
        double margin = logistic.intercept();
        for (int index : dictionary.indexes(FeatureEncoder.tokens(context, time, aggregator))) {
            margin += logistic.coefficients().get(index);
        }
        return 1 / (1 + Math.exp(-margin));
    }
}
