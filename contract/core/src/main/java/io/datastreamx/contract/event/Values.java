package io.datastreamx.contract.event;

import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Which values a field may hold, once its JSON type is right: the rules that reader and writer share. */
final class Values {
    /** Of a version as text, in what all dialects of regular expressions have in common. */
    static final String VERSION_PATTERN = "^[1-9][0-9]{0,3}(\\.[0-9]{1,4}){0,3}$";

    private static final Pattern DOTTED_VERSION = Pattern.compile(VERSION_PATTERN);
    private static final String TIME_EXPECTED = "expected ISO-8601 in UTC, such as 2026-11-22T10:15:30.123Z";

    private Values() {}

    static String text(String text, String field) throws Refused {
        return text(text, FieldType.MAX_TEXT, field);
    }

    static String text(String text, int max, String field) throws Refused {
        if (text.isEmpty() || text.length() > max && text.codePointCount(0, text.length()) > max) {
            throw new Refused(ReasonCode.INVALID_VALUE, field + ": expected 1 to " + max + " characters");
        }
        if (hasUnpairedSurrogate(text)) {
            throw new Refused(ReasonCode.INVALID_VALUE, field + ": an unpaired surrogate, which is no character");
        }
        return text;
    }

    private static boolean hasUnpairedSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
                    return true;
                }
                i++;
            }
        }
        return false;
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
            throw outside(type, field);
        }
        return number;
    }

    /** Exact where the nearest double lies on a bound. */
    static double decimal(FieldType.Decimal type, String literal, String field) throws Refused {
        double number = decimal(type, Double.parseDouble(literal), field);
        if (number == type.min() && JsonNumber.of(literal).compareTo(JsonNumber.of(Double.toString(type.min()))) < 0
                || number == type.max()
                        && JsonNumber.of(literal).compareTo(JsonNumber.of(Double.toString(type.max()))) > 0) {
            throw outside(type, field);
        }
        return number;
    }

    private static Refused outside(FieldType.Decimal type, String field) {
        return new Refused(ReasonCode.INVALID_VALUE, field + ": outside " + type.min() + " to " + type.max());
    }

    static long micros(long micros, String field) throws Refused {
        check(micros >= FieldType.Time.MIN_MICROS && micros <= FieldType.Time.MAX_MICROS, field, TIME_EXPECTED);
        return micros;
    }

    static long time(String text, String field) throws Refused {
        OptionalLong micros = EventTimes.parse(text(text, field));
        check(micros.isPresent(), field, TIME_EXPECTED);
        return micros.getAsLong();
    }

    static String version(String version, String field) throws Refused {
        check(
                version.equals(EventDraft.VERSION)
                        || DOTTED_VERSION.matcher(version).matches(),
                field,
                "expected a version such as 1 or \"1.2\"");
        return version;
    }

    /**
     * What depends on more than one field, or on the configuration.
     *
     * @param valueOf the value of each field by its name; null for none
     */
    static void together(EventType type, Function<String, Object> valueOf, String currency) throws Refused {
        Object money = valueOf.apply("currency");
        if (money != null && !money.equals(currency)) {
            throw new Refused(ReasonCode.UNSUPPORTED_CURRENCY, "expected " + currency);
        }
        EventSchema.Requirement requirement = EventSchema.requirementOf(type).orElse(null);
        if (requirement != null
                && requirement.value().equals(valueOf.apply(requirement.field()))
                && valueOf.apply(requirement.required()) == null) {
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
