package io.datastreamx.contract.event;

import java.util.Map;
import java.util.regex.Pattern;

/** Which values a field may hold, once its JSON type is right: the rules that reader and writer share. */
final class Values {
    private static final Pattern DOTTED_VERSION = Pattern.compile("[1-9]\\d{0,3}(\\.\\d{1,4}){0,3}");
    private static final String TIME_EXPECTED = "expected ISO-8601 in UTC, such as 2026-11-22T10:15:30.123Z";

    private Values() {}

    static String text(String text, String field) throws Refused {
        check(
                !text.isEmpty() && text.length() <= FieldType.MAX_TEXT,
                field,
                "expected 1 to " + FieldType.MAX_TEXT + " characters");
        return text;
    }

    static String oneOf(FieldType.OneOf type, String text, String field) throws Refused {
        check(type.values().contains(text(text, field)), field, "expected one of " + type.values());
        return text;
    }

    static void whole(FieldType.Whole type, boolean isLong, long number, String field) throws Refused {
        if (!isLong || number < type.min() || number > type.max()) {
            throw new Refused(ReasonCode.INVALID_VALUE, field + ": outside " + type.min() + " to " + type.max());
        }
    }

    static double decimal(FieldType.Decimal type, double number, String field) throws Refused {
        if (!(number >= type.min() && number <= type.max())) {
            throw new Refused(ReasonCode.INVALID_VALUE, field + ": outside " + type.min() + " to " + type.max());
        }
        return number;
    }

    static long micros(long micros, String field) throws Refused {
        check(micros >= -FieldType.Time.MAX_MICROS && micros <= FieldType.Time.MAX_MICROS, field, TIME_EXPECTED);
        return micros;
    }

    static Refused noTime(String field) {
        return new Refused(ReasonCode.INVALID_VALUE, field + ": " + TIME_EXPECTED);
    }

    static String version(String version, String field) throws Refused {
        check(
                version.equals(EventDraft.VERSION)
                        || DOTTED_VERSION.matcher(version).matches(),
                field,
                "expected a version such as 1 or \"1.2\"");
        return version;
    }

    /** What depends on more than one field, or on the configuration. */
    static void together(EventType type, Map<String, Object> values, String currency) throws Refused {
        Object money = values.get("currency");
        if (money != null && !money.equals(currency)) {
            throw new Refused(ReasonCode.UNSUPPORTED_CURRENCY, "expected " + currency);
        }
        EventSchema.Requirement requirement = EventSchema.requirementOf(type).orElse(null);
        if (requirement != null
                && requirement.value().equals(values.get(requirement.field()))
                && !values.containsKey(requirement.required())) {
            throw missing(requirement.required());
        }
    }

    static Refused missing(String field) {
        return new Refused(ReasonCode.MISSING_FIELD, field);
    }

    static Refused wrongType(String field, String expected, String got) {
        return new Refused(ReasonCode.WRONG_TYPE, field + ": expected " + expected + ", got " + got);
    }

    /** An object within an array, as details name it. */
    static String entry(Field array, int index) {
        return array.name() + "[" + index + "]";
    }

    private static void check(boolean valid, String field, String expected) throws Refused {
        if (!valid) {
            throw new Refused(ReasonCode.INVALID_VALUE, field + ": " + expected);
        }
    }
}
