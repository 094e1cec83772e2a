package io.datastreamx.ml.policy;

import io.datastreamx.contract.event.Context;
import java.util.HashMap;
import java.util.Map;

/** Mean CPM prices of one aggregator, micro-units: on a channel, else in a region, else overall. */
final class Prices {
    private final Map<String, Long> byChannel = new HashMap<>();
    private final Map<String, Long> byRegion = new HashMap<>();
    private Long overall;

    void add(FeatureToken key, long priceMicros) {
        if (key.field() == null) {
            overall = priceMicros;
        } else if (key.field() == ContextField.CHANNEL) {
            byChannel.put(key.value(), priceMicros);
        } else if (key.field() == ContextField.REGION) {
            byRegion.put(key.value(), priceMicros);
        }
    }

    long of(Context context, long contractPriceMicros) {
        Long price = byChannel.get(context.channelId());
        if (price == null) {
            price = byRegion.get(context.region());
        }
        if (price == null) {
            price = overall;
        }
        return price == null ? contractPriceMicros : price;
    }
}
