package io.datastreamx.contract.event;

import java.util.List;

/** The JSON types that an event field can have. Checked strictly: a number in quotes is not a number. */
public sealed interface FieldType {
    /**
     * A non-empty string of at most {@code max} code points. Half of a surrogate pair, which JSON can escape but UTF-8
     * cannot hold, is refused: tables would turn all such halves into one and the same question mark.
     */
    record Text(int max) implements FieldType {}

    /** One of a closed list of strings. */
    record OneOf(List<String> values) implements FieldType {}

    /** A whole number in {@code [min, max]}; {@code 500.0} and {@code 5e2} are whole, as JSON Schema says. */
    record Whole(long min, long max) implements FieldType {}

    /** Any JSON number in {@code [min, max]}, compared exactly and kept as the nearest double. */
    record Decimal(double min, double max) implements FieldType {}

    record Bool() implements FieldType {}

    /** ISO-8601 in UTC, such as {@code 2026-11-22T10:15:30.123Z}; exactly: {@link EventTimes#PATTERN}. */
    record Time() implements FieldType {
        /** 0001-01-01T00:00:00Z, microseconds since the epoch. */
        static final long MIN_MICROS = -62_135_596_800_000_000L;
        /** The last microsecond of the year 9999, since the epoch. */
        static final long MAX_MICROS = 253_402_300_799_999_999L;
    }

    /** The version of the event's schema: a positive whole number, or a dotted one as text ({@code "1.2"}). */
    record SchemaVersion() implements FieldType {}

    /** An array of objects, each with these fields. */
    record Objects(List<Field> fields) implements FieldType {}

    int MAX_TEXT = 2_048;
    /** Of a URL; those that are signed are long. */
    int MAX_URL = 8_192;

    FieldType TEXT = new Text(MAX_TEXT);
    FieldType URL = new Text(MAX_URL);
    FieldType BOOL = new Bool();
    FieldType TIME = new Time();
    /** Seconds of one event; two days, so that no sum of them comes near 2^63. */
    FieldType SECONDS = new Whole(0, 172_800);
    /** Milliseconds of one answer; a day. */
    FieldType MILLIS = new Whole(0, 86_400_000);
    /**
     * The most that a price may be, micro-units: a million units of currency for a thousand impressions, which leaves
     * room for currencies with small units, while 9 million such prices still add up below 2^63.
     */
    long MAX_PRICE_MICROS = 1_000_000_000_000L;
    /** Money for a thousand. */
    FieldType MICROS = new Whole(0, MAX_PRICE_MICROS);

    FieldType SHARE = new Decimal(0, 1);
}
