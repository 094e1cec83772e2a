package io.datastreamx.contract.event;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Event times as the contract writes them: ISO-8601, UTC, milliseconds. */
public final class EventTimes {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private EventTimes() {}

    public static String format(Instant time) {
        return FORMAT.format(time);
    }
}
