package io.datastreamx.ml.policy;

import io.datastreamx.contract.event.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The one place where an ad opportunity becomes features, for training and for scoring. Every feature is binary and
 * named by a token: the context ({@code ch=news1}, {@code hour=13}), the aggregator ({@code agg=acme}) and each context
 * value crossed with it ({@code agg=acme|ch=news1}).
 */
public final class FeatureEncoder {
    private static final ContextField[] FIELDS = ContextField.values();

    private FeatureEncoder() {}

    /**
     * The features that are on, always as many and in the same order.
     *
     * @param context of the request
     * @param time {@code event_time} of the request (not of the decision: training must see what scoring saw). Only its
     *     hour of the day, UTC, counts
     * @param aggregatorId the aggregator that is asked
     */
    public static List<String> tokens(Context context, Instant time, String aggregatorId) {
        List<String> tokens = new ArrayList<>(2 * FIELDS.length + 1);
        String aggregator = FeatureToken.aggregator(aggregatorId);
        tokens.add(aggregator);
        for (ContextField field : FIELDS) {
            String own = FeatureToken.context(field, field.valueIn(context, time));
            tokens.add(own);
            tokens.add(aggregator + "|" + own);
        }
        return tokens;
    }

    /** Key of the aggregator's mean price in {@link ModelDocument#priceMicros()}. */
    public static String priceToken(String aggregatorId) {
        return FeatureToken.aggregator(aggregatorId);
    }

    /** Key of the aggregator's mean price on one channel in {@link ModelDocument#priceMicros()}. */
    public static String channelPriceToken(String aggregatorId, String channelId) {
        return FeatureToken.aggregator(aggregatorId) + "|" + FeatureToken.context(ContextField.CHANNEL, channelId);
    }

    /** Key of the aggregator's mean price in one region in {@link ModelDocument#priceMicros()}. */
    public static String regionPriceToken(String aggregatorId, String region) {
        return FeatureToken.aggregator(aggregatorId) + "|" + FeatureToken.context(ContextField.REGION, region);
    }
}
