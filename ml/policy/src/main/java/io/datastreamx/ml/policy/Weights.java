package io.datastreamx.ml.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Coefficients of both models for one aggregator, or for all of them, looked up by value instead of by token: scoring
 * then builds no strings.
 */
final class Weights {
    static final int FILL = 0;
    static final int COMPLETION = 1;

    private static final ContextField[] FIELDS = ContextField.values();
    private static final double[] NONE = {0, 0};

    private final double[] base = {0, 0};
    private final List<Map<String, double[]>> byField = new ArrayList<>();

    Weights() {
        for (int i = 0; i < FIELDS.length; i++) {
            byField.add(new HashMap<>());
        }
    }

    void add(FeatureToken feature, double fill, double completion) {
        if (feature.field() == null) {
            base[FILL] = fill;
            base[COMPLETION] = completion;
        } else {
            byField.get(feature.field().ordinal()).put(feature.value(), new double[] {fill, completion});
        }
    }

    /** Of both models. @param values of the fields, in their order */
    double[] sums(String[] values) {
        double fill = base[FILL];
        double completion = base[COMPLETION];
        for (int i = 0; i < values.length; i++) {
            double[] both = byField.get(i).getOrDefault(values[i], NONE);
            fill += both[FILL];
            completion += both[COMPLETION];
        }
        return new double[] {fill, completion};
    }
}
