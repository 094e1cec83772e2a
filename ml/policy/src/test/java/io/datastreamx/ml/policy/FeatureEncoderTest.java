package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.FieldType;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureEncoderTest {
    private static final Instant TIME = Instant.parse("2026-11-22T13:59:59.999Z");

    @Test
    void aggregatorContextAndTheirCrosses() {
        Context context = new Context("news1", "sport1", "ad7", "north", "x1");
        assertEquals(
                List.of(
                        "agg=acme",
                        "ch=news1",
                        "agg=acme|ch=news1",
                        "prev=sport1",
                        "agg=acme|prev=sport1",
                        "last=ad7",
                        "agg=acme|last=ad7",
                        "reg=north",
                        "agg=acme|reg=north",
                        "dev=x1",
                        "agg=acme|dev=x1",
                        "hour=13",
                        "agg=acme|hour=13",
                        "floor=44",
                        "agg=acme|floor=44"),
                FeatureEncoder.tokens(new AdSlot(context, TIME, 3_000_000, 200), "acme"));
    }

    @Test
    void absentIsAValueOfItsOwnSoEveryRowHasAsManyFeatures() {
        List<String> tokens =
                FeatureEncoder.tokens(Examples.slot(new Context("c", null, null, "r", "d"), TIME), "acme");
        assertEquals(15, new HashSet<>(tokens).size());
        assertEquals("agg=acme|prev=", tokens.get(4));
    }

    @Test
    void hoursBeforeTheEpochAreHoursToo() {
        Context context = new Context("c", null, null, "r", "d");
        assertEquals(
                "hour=23",
                FeatureEncoder.tokens(Examples.slot(context, Instant.EPOCH.minusMillis(1)), "acme")
                        .get(11));
    }

    /** Two steps an octave, none for no floor. */
    @Test
    void floorsCountInStepsOfHalfAnOctave() {
        assertEquals(0, ContextField.floorStep(0));
        assertEquals(1, ContextField.floorStep(1));
        assertEquals(ContextField.floorStep(1_000_000) + 1, ContextField.floorStep(1_400_000));
        assertEquals(ContextField.floorStep(1_000_000) + 2, ContextField.floorStep(2_000_000));
        assertEquals(41, ContextField.floorStep((1L << 20) * 1_414 / 1_000));
        assertEquals(42, ContextField.floorStep((1L << 20) * 1_415 / 1_000));
        int last = ContextField.floorStep(1_000);
        for (long floor = 1_000; floor <= FieldType.MAX_PRICE_MICROS; floor = floor * 21 / 20 + 1) {
            int step = ContextField.floorStep(floor);
            assertTrue(step == last || step == last + 1, floor + " is " + step);
            last = step;
        }
    }

    @Test
    void valuesWithSeparatorsStayApart() {
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            StringBuilder value = new StringBuilder();
            for (int c = 0; c < 6; c++) {
                value.append("|%=7C25a".charAt(random.nextInt(8)));
            }
            Context context = new Context(value.toString(), null, null, "r", "d");
            List<String> tokens = FeatureEncoder.tokens(Examples.slot(context, TIME), "ag|g%7C");
            assertEquals(
                    new FeatureToken(null, ContextField.CHANNEL, value.toString()), FeatureToken.parse(tokens.get(1)));
            assertEquals(
                    new FeatureToken("ag|g%7C", ContextField.CHANNEL, value.toString()),
                    FeatureToken.parse(tokens.get(2)));
            AdSlot slot = Examples.slot(context, TIME);
            List<String> crossed = FeatureEncoder.crossedTokens(slot, "ag|g%7C");
            for (ContextField cross : ContextField.crosses()) {
                String token = crossed.get(tokens.size() + cross.ordinal() - ContextField.FLOOR.ordinal() - 1);
                assertEquals(new FeatureToken("ag|g%7C", cross, cross.valueIn(slot)), FeatureToken.parse(token));
                assertTrue(FeatureEncoder.isCross(token));
            }
        }
    }

    @Test
    void crossesOfTwoValuesStandBehindTheOthers() {
        AdSlot slot = Examples.slot(new Context("news", null, null, "north", "stb"), TIME);
        List<String> plain = FeatureEncoder.tokens(slot, "acme");
        List<String> crossed = FeatureEncoder.crossedTokens(slot, "acme");
        assertEquals(plain, crossed.subList(0, plain.size()));
        String hour = "hour=" + ContextField.HOUR.valueIn(slot);
        assertEquals(
                List.of(
                        "agg=acme|ch=news|reg=north",
                        "agg=acme|ch=news|dev=stb",
                        "agg=acme|ch=news|" + hour,
                        "agg=acme|reg=north|dev=stb",
                        "agg=acme|reg=north|" + hour,
                        "agg=acme|dev=stb|" + hour),
                crossed.subList(plain.size(), crossed.size()));
        assertTrue(plain.stream().noneMatch(FeatureEncoder::isCross));
        assertThrows(IllegalArgumentException.class, () -> FeatureToken.parse("agg=acme|reg=north|ch=news"));
    }

    @Test
    void dictionaryIgnoresUnknownTokensAndSortsPlaces() {
        FeatureDictionary dictionary = FeatureDictionary.ofObserved(List.of("reg=b", "ch=a", "reg=b", "agg=x"));
        assertEquals(List.of("agg=x", "ch=a", "reg=b"), dictionary.tokens());
        assertArrayEquals(new int[] {1, 2}, dictionary.indexes(List.of("reg=b", "ch=unknown", "ch=a")));
        assertThrows(IllegalArgumentException.class, () -> new FeatureDictionary(List.of("ch=a", "ch=a")));
    }
}
