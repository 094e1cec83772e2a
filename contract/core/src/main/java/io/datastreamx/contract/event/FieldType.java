package io.datastreamx.contract.event;

import java.util.List;

/** The JSON types that an event field can have. Checked strictly: a number in quotes is not a number. */
public sealed interface FieldType {
    /** A non-empty string of at most {@link #MAX_TEXT} characters. */
    record Text() implements FieldType {}

    /** One of a closed list of strings. */
    record OneOf(List<String> values) implements FieldType {}

    /** A whole number in {@code [min, max]}, written without fraction or exponent. */
    record Whole(long min, long max) implements FieldType {}

    /** Any finite JSON number in {@code [min, max]}. */
    record Decimal(double min, double max) implements FieldType {}

    record Bool() implements FieldType {}

    /** ISO-8601 in UTC, such as {@code 2026-11-22T10:15:30.123Z}, in the years 1677 to 2262. */
    record Time() implements FieldType {
        /** The farthest from the epoch, microseconds: what still has its nanoseconds in a {@code long}. */
        static final long MAX_MICROS = Long.MAX_VALUE / 1_000;
    }

    /** The version of the event's schema: a positive whole number, or a dotted one as text ({@code "1.2"}). */
    record SchemaVersion() implements FieldType {}

    /** An array of objects, each with these fields. */
    record Objects(List<Field> fields) implements FieldType {}

    int MAX_TEXT = 2_048;
    FieldType TEXT = new Text();
    FieldType BOOL = new Bool();
    FieldType TIME = new Time();
    /** Seconds of one event; two days, so that no sum of them comes near 2^63. */
    FieldType SECONDS = new Whole(0, 172_800);
    /** Milliseconds of one answer; a day. */
    FieldType MILLIS = new Whole(0, 86_400_000);
    /** Money for a thousand: at most a million units of currency, which leaves room for those with small units. */
    FieldType MICROS = new Whole(0, 1_000_000_000_000L);

    FieldType SHARE = new Decimal(0, 1);
}
