package io.datastreamx.ml.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** CPM prices of one aggregator: its own, and by what values of the context multiply it. */
final class Prices {
    private static final ContextField[] FIELDS = ContextField.values();

    private final List<Map<String, Long>> means = new ArrayList<>();
    private final List<Map<String, Double>> factors = new ArrayList<>();
    private double own;
    private boolean known;

    Prices() {
        for (int i = 0; i < FIELDS.length; i++) {
            means.add(new HashMap<>());
            factors.add(new HashMap<>());
        }
    }

    void add(FeatureToken key, long priceMicros) {
        if (key.field() == null) {
            own = priceMicros;
            known = true;
        } else {
            means.get(key.field().ordinal()).put(key.value(), priceMicros);
        }
    }

    /** All prices have been added. */
    void complete() {
        for (int i = 0; i < FIELDS.length; i++) {
            Map<String, Double> factor = factors.get(i);
            means.get(i).forEach((value, mean) -> factor.put(value, own > 0 ? within(mean / own) : 1));
        }
    }

    /** Whether there are fills to tell a price from. */
    boolean isKnown() {
        return known;
    }

    double own() {
        return own;
    }

    /** @param values of the fields, in their order */
    double of(String[] values) {
        double price = own;
        for (int i = 0; i < values.length; i++) {
            Map<String, Double> factor = factors.get(i);
            if (!factor.isEmpty()) {
                price *= factor.getOrDefault(values[i], 1.0);
            }
        }
        return price;
    }

    private static double within(double factor) {
        return Math.max(1 / ModelDocument.MOST_PRICE_FACTOR, Math.min(ModelDocument.MOST_PRICE_FACTOR, factor));
    }
}
