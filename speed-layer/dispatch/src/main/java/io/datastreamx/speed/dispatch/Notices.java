package io.datastreamx.speed.dispatch;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the bids of an answer ask to be told, as URLs with their macros substituted.
 *
 * @param win told when the ad is the box's; null for none
 * @param lossAfterAll told instead where the ad is not taken in the end; null for none
 * @param losses told in any case, to the bids that were not taken
 */
record Notices(String win, String lossAfterAll, List<String> losses) {
    static final Notices NONE = new Notices(null, null, List.of());

    Notices {
        losses = List.copyOf(losses);
    }

    /** What is told where the ad is not taken in the end. */
    Notices lost() {
        return lossAfterAll == null
                ? new Notices(null, null, losses)
                : new Notices(
                        null,
                        null,
                        Stream.concat(losses.stream(), Stream.of(lossAfterAll)).toList());
    }
}
