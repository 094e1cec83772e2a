package io.datastreamx.simulator;

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
    private static final List<String> STAGES =
            List.of("start", "first_quartile", "midpoint", "third_quartile", "complete");

    static final int ALL_STAGES = STAGES.size();

    /** The event types in order. */
    List<String> eventTypes() {
        List<String> types = new ArrayList<>();
        if (rendered) {
            types.add("impression");
        }
        types.addAll(STAGES.subList(0, stages));
        if (failed) {
            types.add("error");
        }
        return types;
    }
}
