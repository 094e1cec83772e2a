package io.datastreamx.contract.measure;

import io.datastreamx.contract.event.EventType;

/** What measures and rollups read of one event: a row of the raw log, or what is about to become one. */
public interface CountedEvent {
    EventType type();

    /** @return the text in the column of the raw log; null where the event has none */
    String text(String column);

    /** @return the number in the column of the raw log; 0 where the event has none */
    long number(String column);

    /** Whether its clock cannot be believed, so that it counts in the minute of its append. */
    boolean hasImplausibleClock();
}
