package io.datastreamx.simulator;

import io.datastreamx.contract.event.EventType;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens when a box plays an ad.
 *
 * @param failed whether it cannot be played
 * @param rendered whether it is seen at all
 * @param stages how many of start, first quartile, midpoint, third quartile and complete are reached
 */
record Playback(boolean failed, boolean rendered, int stages) {
    private static final List<EventType> STAGES = List.of(
            EventType.START,
            EventType.FIRST_QUARTILE,
            EventType.MIDPOINT,
            EventType.THIRD_QUARTILE,
            EventType.COMPLETE);

    static final int ALL_STAGES = STAGES.size();

    /** The event types in order. */
    List<EventType> eventTypes() {
        List<EventType> types = new ArrayList<>();
        if (rendered) {
            types.add(EventType.IMPRESSION);
        }
        types.addAll(STAGES.subList(0, stages));
        if (failed) {
            types.add(EventType.ERROR);
        }
        return types;
    }
}
