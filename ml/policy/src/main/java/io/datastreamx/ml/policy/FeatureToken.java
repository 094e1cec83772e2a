package io.datastreamx.ml.policy;

/**
 * One binary feature: an aggregator, a value of a context field, or both at once (a cross), also with two fields. As
 * text {@code agg=acme}, {@code ch=news1}, {@code agg=acme|ch=news1} or {@code agg=acme|ch=news1|reg=north}; {@code |}
 * and {@code %} within values are written as {@code %7C} and {@code %25}, so the text is unambiguous.
 *
 * @param aggregatorId null where the feature holds for all aggregators
 * @param field null where the feature is the aggregator alone
 * @param value of the field; null without one. Of two fields, both as the text has them, with {@code |} between
 */
record FeatureToken(String aggregatorId, ContextField field, String value) {
    private static final String AGGREGATOR = "agg=";

    static String aggregator(String aggregatorId) {
        return AGGREGATOR + escape(aggregatorId);
    }

    static String context(ContextField field, String value) {
        return field.token(value);
    }

    static FeatureToken parse(String text) {
        String aggregatorId = null;
        String rest = text;
        if (text.startsWith(AGGREGATOR)) {
            int end = text.indexOf('|');
            aggregatorId = unescape(text.substring(AGGREGATOR.length(), end < 0 ? text.length() : end));
            if (end < 0) {
                return new FeatureToken(aggregatorId, null, null);
            }
            rest = text.substring(end + 1);
        }
        int bar = rest.indexOf('|');
        if (bar < 0) {
            int equals = equalsSign(rest, text);
            return new FeatureToken(
                    aggregatorId,
                    ContextField.ofToken(rest.substring(0, equals)),
                    unescape(rest.substring(equals + 1)));
        }
        String one = rest.substring(0, bar);
        String other = rest.substring(bar + 1);
        int equals = equalsSign(one, text);
        int equalsOther = equalsSign(other, text);
        return new FeatureToken(
                aggregatorId,
                ContextField.ofToken(one.substring(0, equals) + "|" + other.substring(0, equalsOther)),
                one.substring(equals + 1) + "|" + other.substring(equalsOther + 1));
    }

    private static int equalsSign(String part, String text) {
        int equals = part.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("not a feature token: '" + text + "'");
        }
        return equals;
    }

    static String escape(String value) {
        return value.indexOf('|') < 0 && value.indexOf('%') < 0
                ? value
                : value.replace("%", "%25").replace("|", "%7C");
    }

    private static String unescape(String value) {
        return value.replace("%7C", "|").replace("%25", "%");
    }
}
