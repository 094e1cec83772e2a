package io.datastreamx.speed.dispatch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a box needs to show an ad.
 *
 * @param mediaUrl where it fetches the video
 * @param trackers what it calls while it plays, in the order of their worth: impressions first
 */
record Creative(String mediaUrl, List<Tracker> trackers) {
    static final String IMPRESSION = "impression";
    private static final int MAX_TRACKER_BYTES = 24 << 10;
    /** What JSON adds to each. */
    private static final int TRACKER_BYTES = 24;

    Creative {
        trackers = fitting(trackers);
    }

    /**
     * A URL to be called once when something happens.
     *
     * @param event VAST's name of the event; {@code impression} and {@code error} for the elements that are called so
     */
    record Tracker(String event, String url) {}

    /** A delivery is one record, which has an end. */
    private static List<Tracker> fitting(List<Tracker> trackers) {
        List<Tracker> fitting = new ArrayList<>();
        int left = MAX_TRACKER_BYTES;
        for (Tracker tracker : trackers) {
            left -= TRACKER_BYTES + (tracker.event() + tracker.url()).getBytes(StandardCharsets.UTF_8).length;
            if (left < 0) {
                break;
            }
            fitting.add(tracker);
        }
        return List.copyOf(fitting);
    }

    /** With all macros substituted. */
    Creative with(Macros macros) {
        return new Creative(
                macros.substitute(mediaUrl),
                trackers.stream()
                        .map(tracker -> new Tracker(tracker.event(), macros.substitute(tracker.url())))
                        .toList());
    }

    /** With one more URL that is called at the impression, before all others. */
    Creative billedAt(String url) {
        List<Tracker> more = new ArrayList<>(trackers);
        more.add(0, new Tracker(IMPRESSION, url));
        return new Creative(mediaUrl, more);
    }
}
