package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.policy.AggregatorTerms;
import java.util.List;
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
            AdSlot slot = Examples.slot(random);
            String aggregator = Examples.AGGREGATORS.get(random.nextInt(6));
            assertEquals(
                    overTokens(model.fill(), slot, aggregator), scorer.rawFillProbability(slot, aggregator), 1e-12);
            assertEquals(
                    overTokens(model.completion(), slot, aggregator),
                    scorer.rawCompletionProbability(slot, aggregator),
                    1e-12);
        }
    }

    @Test
    void aFillNeedsAnAnswerWithinWhatIsLeftAndWithinTheAggregatorsOwnLimit() {
        List<AnswerTimes> times = model.aggregators().get("a0").answerTimes();
        for (int i = 0; i < 1_000; i++) {
            AdSlot slot = Examples.slot(random);
            AnswerCurve curve = new AnswerCurve(times.get(ContextField.hour(slot.time()) / 6));
            Expectation expected = scorer.estimate(slot, Examples.terms("a0", 1, 2_000_000));
            double limit = Math.min(300, slot.timeLeftMs());
            assertEquals(scorer.fillProbability(slot, "a0") * curve.within(limit), expected.fill(), 1e-12);
            assertEquals(curve.meanMs(limit), expected.answerMs(), 1e-12);
            assertTrue(expected.answerMs() <= limit);
        }
    }

    @Test
    void aShiftMovesTheLogOdds() {
        double shift = model.aggregators().get("a1").fillShift();
        AdSlot slot = Examples.slot(random);
        double before = new IsotonicCurve(model.fill().calibration()).at(scorer.rawFillProbability(slot, "a1"));
        double after = scorer.fillProbability(slot, "a1");
        assertEquals(Math.log(before / (1 - before)) + shift, Math.log(after / (1 - after)), 1e-9);
    }

    @Test
    void whatValuesOfTheContextDoToAPriceMultiplies() {
        assertEquals(8_000_000, price("a0", new Context("ch1", null, null, "r1", "d"), 9_000_000), 1e-6);
        assertEquals(4_000_000, price("a0", new Context("ch2", null, null, "r1", "d"), 9_000_000), 1e-6);
        assertEquals(3_000_000, price("a0", new Context("ch2", null, null, "r2", "d"), 9_000_000), 1e-6);
    }

    @Test
    void noPriceIsBelowTheFloorOrAboveWhatTheAggregatorPaysAtMost() {
        Context dear = new Context("ch1", null, null, "r1", "d");
        AggregatorTerms atMost5 = new AggregatorTerms("a0", "http://x", true, 1, 1, 5_000_000, 0, 300, "USD");
        assertEquals(
                5_000_000,
                scorer.estimate(Examples.slot(dear, Examples.NOON), atMost5).priceMicros());
        AdSlot floored = new AdSlot(new Context("ch2", null, null, "r2", "d"), Examples.NOON, 3_500_000, 300);
        assertEquals(3_500_000, scorer.estimate(floored, atMost5).priceMicros());
    }

    /** On whatever machine: a decision must be replayed to the letter. */
    @Test
    void estimatesAreTheSameBitsEverywhere() {
        long bits = 17;
        for (int i = 0; i < 2_000; i++) {
            AdSlot slot = Examples.slot(random);
            for (String aggregator : Examples.AGGREGATORS) {
                Expectation expected = scorer.estimate(slot, Examples.terms(aggregator, 1, 2_000_000));
                bits = 31 * bits + Double.doubleToLongBits(expected.fill());
                bits = 31 * bits + Double.doubleToLongBits(expected.completion());
                bits = 31 * bits + Double.doubleToLongBits(expected.priceMicros());
                bits = 31 * bits + Double.doubleToLongBits(expected.answerMs());
            }
        }
        assertEquals(-2_699_511_589_435_883_365L, bits);
    }

    /** Its contract may be wrong; the night has not seen a fill of it. */
    @Test
    void aNewAggregatorIsTakenToPayNoMoreThanTheOthers() {
        Context any = new Context("ch2", null, null, "r2", "d");
        assertEquals(2_000_000, price("new", any, 900_000_000_000L / 2));
        assertEquals(1_500_000, price("new", any, 1_500_000));
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

    private double price(String aggregator, Context context, long contractPriceMicros) {
        return scorer.estimate(
                        Examples.slot(context, Examples.NOON), Examples.terms(aggregator, 1, contractPriceMicros))
                .priceMicros();
    }

    private double overTokens(LogisticModel logistic, AdSlot slot, String aggregator) {
        double margin = logistic.intercept();
        for (int index : dictionary.indexes(FeatureEncoder.tokens(slot, aggregator))) {
            margin += logistic.coefficients().get(index);
        }
        return 1 / (1 + Math.exp(-margin));
    }
}
