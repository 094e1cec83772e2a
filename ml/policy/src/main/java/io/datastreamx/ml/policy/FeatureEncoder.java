package io.datastreamx.ml.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * The one place where an ad opportunity becomes features, for training and for scoring. Every feature is binary and
 * named by a token: the context ({@code ch=news1}, {@code hour=13}, {@code floor=43}), the aggregator
 * ({@code agg=acme}) and each context value crossed with it ({@code agg=acme|ch=news1}); where asked for, two values of
 * the context too ({@code agg=acme|ch=news1|reg=north}).
 */
public final class FeatureEncoder {
    /**
     * Of what the features are: 1 knew no floors, 2 no crosses of two values and no trees. A model says by which it was
     * made.
     */
    public static final int VERSION = 3;

    private static final List<ContextField> FIELDS = ContextField.single();
    private static final List<ContextField> CROSSES = ContextField.crosses();

    private FeatureEncoder() {}

    /**
     * The features that are on, always as many and in the same order.
     *
     * @param aggregatorId the aggregator that is asked
     */
    public static List<String> tokens(AdSlot slot, String aggregatorId) {
        List<String> tokens = new ArrayList<>(2 * FIELDS.size() + 1);
        String aggregator = FeatureToken.aggregator(aggregatorId);
        tokens.add(aggregator);
        for (ContextField field : FIELDS) {
            String own = FeatureToken.context(field, field.valueIn(slot));
            tokens.add(own);
            tokens.add(aggregator + "|" + own);
        }
        return tokens;
    }

    /** The same, and behind them the aggregator crossed with two values of the context at once. */
    public static List<String> crossedTokens(AdSlot slot, String aggregatorId) {
        List<String> tokens = new ArrayList<>(2 * FIELDS.size() + 1 + CROSSES.size());
        tokens.addAll(tokens(slot, aggregatorId));
        String aggregator = FeatureToken.aggregator(aggregatorId);
        for (ContextField cross : CROSSES) {
            tokens.add(aggregator + "|" + FeatureToken.context(cross, cross.valueIn(slot)));
        }
        return tokens;
    }

    /** Whether a token is one of those that {@link #crossedTokens} adds. */
    public static boolean isCross(String token) {
        ContextField field = FeatureToken.parse(token).field();
        return field != null && field.isCross();
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
