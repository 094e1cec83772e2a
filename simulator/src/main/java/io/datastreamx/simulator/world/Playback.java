package io.datastreamx.simulator.world;

import io.datastreamx.contract.event.EventType;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens when a box plays an ad.
 *
 * @param failed whether it cannot be played
 * @param rendered whether it is seen at all
 * @param stages how many of start, first quartile, midpoint, third quartile and complete are reached
 * @param stepMs from one stage to the next, milliseconds
 * @param lateMs how much later than it happens the box tells of its end, milliseconds
 */
public record Playback(boolean failed, boolean rendered, int stages, long stepMs, long lateMs) {
    private static final List<EventType> STAGES = List.of(
            EventType.START,
            EventType.FIRST_QUARTILE,
            EventType.MIDPOINT,
            EventType.THIRD_QUARTILE,
            EventType.COMPLETE);

    static final int ALL_STAGES = STAGES.size();

    /** From the delivery to the impression. */
    private static final long FIRST_MS = 30;

    /** Whether the ad is watched to its end. */
    public boolean complete() {
        return stages == ALL_STAGES;
    }

    /** When the event at this place of {@link #eventTypes} happens, milliseconds after the delivery. */
    public long afterMs(int place) {
        return FIRST_MS + place * stepMs;
    }

    /** When the ad ends, milliseconds after the delivery. */
    public long completeAfterMs() {
        return afterMs(ALL_STAGES);
    }

    /** The event types in order. */
    public List<EventType> eventTypes() {
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
