package io.datastreamx.ml.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * The one place where an ad opportunity becomes features, for training and for scoring. Every feature is binary and
 * named by a token: the context ({@code ch=news1}, {@code hour=13}, {@code floor=43}), the aggregator
 * ({@code agg=acme}) and each context value crossed with it ({@code agg=acme|ch=news1}).
 */
public final class FeatureEncoder {
    /** Of what the features are: 1 knew no floors. A model says by which it was made. */
    public static final int VERSION = 2;

    private static final ContextField[] FIELDS = ContextField.values();

    private FeatureEncoder() {}

    /**
     * The features that are on, always as many and in the same order.
     *
     * @param aggregatorId the aggregator that is asked
     */
    public static List<String> tokens(AdSlot slot, String aggregatorId) {
        List<String> tokens = new ArrayList<>(2 * FIELDS.length + 1);
        String aggregator = FeatureToken.aggregator(aggregatorId);
        tokens.add(aggregator);
        for (ContextField field : FIELDS) {
            String own = FeatureToken.context(field, field.valueIn(slot));
            tokens.add(own);
            tokens.add(aggregator + "|" + own);
        }
        return tokens;
    }

    /** Key of the aggregator's own price in {@link ModelDocument#priceMicros()}. */
    public static String priceToken(String aggregatorId) {
        return FeatureToken.aggregator(aggregatorId);
    }

    /**
     * Key of its price with one value of the context.
     *
     * @param field as tokens call it, such as {@code ch}
     * @throws IllegalArgumentException for a field that there is not
     */
    public static String priceToken(String aggregatorId, String field, String value) {
        return FeatureToken.aggregator(aggregatorId) + "|" + FeatureToken.context(ContextField.ofToken(field), value);
    }
}
