package io.datastreamx.contract.event;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.util.OptionalLong;

/** Event times as the contract writes them, ISO-8601, UTC, milliseconds, and as it reads them: {@link #PATTERN}. */
public final class EventTimes {
    /**
     * The times that are read: dates that exist in the years 1 to 9999, seconds up to 59 (a leap second has no place on
     * the line of microseconds), any number of digits of a fraction, and {@code Z}. In what all dialects of regular
     * expressions have in common.
     */
    static final String PATTERN = "^(" + year() + "-(" + "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
            + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)" + "|02-(0[1-9]|1[0-9]|2[0-8]))" + "|" + leapYear() + "-02-29)"
            + "[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?Z$";

    private static final long MICROS = 1_000_000;
    private static final String SHORTEST = "2026-11-22T10:15:30Z";
    /** Digits of a fraction that count. */
    private static final int FRACTION = 6;

    private EventTimes() {}

    public static String format(Instant time) {
        return format(Math.multiplyExact(time.toEpochMilli(), 1_000L));
    }

    /**
     * @param micros since the epoch, in the years 1 to 9999; those below the millisecond are written where there are
     *     any
     */
    static String format(long micros) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(micros, MICROS), 0, ZoneOffset.UTC);
        int fraction = (int) Math.floorMod(micros, MICROS);
        StringBuilder text = new StringBuilder(27);
        digits(text, time.getYear(), 1_000).append('-');
        digits(text, time.getMonthValue(), 10).append('-');
        digits(text, time.getDayOfMonth(), 10).append('T');
        digits(text, time.getHour(), 10).append(':');
        digits(text, time.getMinute(), 10).append(':');
        digits(text, time.getSecond(), 10).append('.');
        digits(text, fraction / 1_000, 100);
        if (fraction % 1_000 > 0) {
            digits(text, fraction % 1_000, 100);
        }
        return text.append('Z').toString();
    }

    /**
     * What {@link #PATTERN} says, by hand, since a formatter takes longer than the rest of a record.
     *
     * @return microseconds since the epoch, what lies below them cut off, which is towards the past; empty where the
     *     text is no such time
     */
    static OptionalLong parse(String text) {
        int end = text.length() - 1;
        if (end < SHORTEST.length() - 1
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || (text.charAt(10) != 'T' && text.charAt(10) != 't')
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || text.charAt(end) != 'Z') {
            return OptionalLong.empty();
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        int fraction = fraction(text, end);
        if (year < 1 || !isDay(year, month, day)) {
            return OptionalLong.empty();
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || fraction < 0) {
            return OptionalLong.empty();
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return OptionalLong.of((((days * 24 + hour) * 60 + minute) * 60 + second) * MICROS + fraction);
    }

    private static boolean isDay(int year, int month, int day) {
        return month >= 1
                && month <= 12
                && day >= 1
                && day <= Month.of(month).length(IsoChronology.INSTANCE.isLeapYear(year));
    }

    /** @return microseconds; negative where it is no fraction */
    private static int fraction(String text, int end) {
        int first = SHORTEST.length();
        if (end == first - 1) {
            return 0;
        }
        if (text.charAt(first - 1) != '.' || end == first) {
            return -1;
        }
        int micros = number(text, first, Math.min(end, first + FRACTION));
        for (int digits = end - first; digits < FRACTION && micros > 0; digits++) {
            micros *= 10;
        }
        for (int i = first + FRACTION; i < end; i++) {
            micros = isDigit(text.charAt(i)) ? micros : -1;
        }
        return micros;
    }

    /** @return negative where not all are digits */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            if (!isDigit(text.charAt(i))) {
                return -1;
            }
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String year() {
        return "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})";
    }

    private static String leapYear() {
        String fours = "(0[48]|[2468][048]|[13579][26])";
        return "([0-9]{2}" + fours + "|" + fours + "00)";
    }

    /** By hand, since a formatter takes longer than the rest of a record. */
    private static StringBuilder digits(StringBuilder text, int number, int highest) {
        for (int place = highest; place > 0; place /= 10) {
            text.append((char) ('0' + number / place % 10));
        }
        return text;
    }
}
