package io.datastreamx.contract.event;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Event times as the contract writes them: ISO-8601, UTC, milliseconds. */
public final class EventTimes {
    private static final long MICROS = 1_000_000;

    private EventTimes() {}

    public static String format(Instant time) {
        return format(Math.multiplyExact(time.toEpochMilli(), 1_000L));
    }

    /**
     * @param micros since the epoch, in the years 0 to 9999; those below the millisecond are written where there are
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

    /** By hand, since a formatter takes longer than the rest of a record. */
    private static StringBuilder digits(StringBuilder text, int number, int highest) {
        for (int place = highest; place > 0; place /= 10) {
            text.append((char) ('0' + number / place % 10));
        }
        return text;
    }
}
