package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.datastreamx.contract.event.Context;
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
                        "agg=acme|hour=13"),
                FeatureEncoder.tokens(context, TIME, "acme"));
    }

    @Test
    void absentIsAValueOfItsOwnSoEveryRowHasAsManyFeatures() {
        List<String> tokens = FeatureEncoder.tokens(new Context("c", null, null, "r", "d"), TIME, "acme");
        assertEquals(13, new HashSet<>(tokens).size());
        assertEquals("agg=acme|prev=", tokens.get(4));
    }

    @Test
    void hoursBeforeTheEpochAreHoursToo() {
        Context context = new Context("c", null, null, "r", "d");
        assertEquals(
                "hour=23",
                FeatureEncoder.tokens(context, Instant.EPOCH.minusMillis(1), "acme")
                        .get(11));
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
            List<String> tokens = FeatureEncoder.tokens(context, TIME, "ag|g%7C");
            assertEquals(
                    new FeatureToken(null, ContextField.CHANNEL, value.toString()), FeatureToken.parse(tokens.get(1)));
            assertEquals(
                    new FeatureToken("ag|g%7C", ContextField.CHANNEL, value.toString()),
                    FeatureToken.parse(tokens.get(2)));
        }
    }

    @Test
    void dictionaryIgnoresUnknownTokensAndSortsPlaces() {
        FeatureDictionary dictionary = FeatureDictionary.ofObserved(List.of("reg=b", "ch=a", "reg=b", "agg=x"));
        assertEquals(List.of("agg=x", "ch=a", "reg=b"), dictionary.tokens());
        assertArrayEquals(new int[] {1, 2}, dictionary.indexes(List.of("reg=b", "ch=unknown", "ch=a")));
        assertThrows(IllegalArgumentException.class, () -> new FeatureDictionary(List.of("ch=a", "ch=a")));
    }
}
