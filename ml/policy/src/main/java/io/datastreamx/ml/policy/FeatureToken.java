package io.datastreamx.ml.policy;

/**
 * One binary feature: an aggregator, a value of a context field, or both at once (a cross). As text {@code agg=acme},
 * {@code ch=news1} or {@code agg=acme|ch=news1}; {@code |} and {@code %} within values are written as {@code %7C} and
 * {@code %25}, so the text is unambiguous.
 *
 * @param aggregatorId null where the feature holds for all aggregators
 * @param field null where the feature is the aggregator alone
 * @param value of the field; null without one
 */
record FeatureToken(String aggregatorId, ContextField field, String value) {
    private static final String AGGREGATOR = "agg=";

    static String aggregator(String aggregatorId) {
        return AGGREGATOR + escape(aggregatorId);
    }

    static String context(ContextField field, String value) {
        return field.token() + "=" + escape(value);
    }

    static FeatureToken parse(String text) {
        String aggregatorId = null;
        String rest = text;
        if (text.startsWith(AGGREGATOR)) {
            int bar = text.indexOf('|');
            aggregatorId = unescape(text.substring(AGGREGATOR.length(), bar < 0 ? text.length() : bar));
            if (bar < 0) {
                return new FeatureToken(aggregatorId, null, null);
            }
            rest = text.substring(bar + 1);
        }
        int equals = rest.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("not a feature token: '" + text + "'");
        }
        return new FeatureToken(
                aggregatorId, ContextField.ofToken(rest.substring(0, equals)), unescape(rest.substring(equals + 1)));
    }

    private static String escape(String value) {
        return value.indexOf('|') < 0 && value.indexOf('%') < 0
                ? value
                : value.replace("%", "%25").replace("|", "%7C");
    }

    private static String unescape(String value) {
        return value.replace("%7C", "|").replace("%25", "%");
    }
}
