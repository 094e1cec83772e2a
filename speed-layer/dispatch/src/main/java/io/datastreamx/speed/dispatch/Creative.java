package io.datastreamx.speed.dispatch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a box needs to show an ad.
 *
 * @param mediaUrl where it fetches the video; null where that is in the document that is wrapped
 * @param trackers what it calls while it plays, in the order of their worth: impressions first
 * @param wrappedAt where the VAST document is that this is a wrapper around; null for none
 */
record Creative(String mediaUrl, List<Tracker> trackers, String wrappedAt) {
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

    /** What can be played as it is. */
    static Creative of(String mediaUrl, List<Tracker> trackers) {
        return new Creative(mediaUrl, trackers, null);
    }

    static Creative wrapped(String at, List<Tracker> trackers) {
        return new Creative(null, trackers, at);
    }

    boolean isWrapped() {
        return wrappedAt != null;
    }

    /** With all macros substituted. */
    Creative with(Macros macros) {
        return new Creative(
                isWrapped() ? null : macros.substitute(mediaUrl),
                trackers.stream()
                        .map(tracker -> new Tracker(tracker.event(), macros.substitute(tracker.url())))
                        .toList(),
                isWrapped() ? macros.substitute(wrappedAt) : null);
    }

    /** With one more URL that is called at the impression, before all others. */
    Creative billedAt(String url) {
        List<Tracker> more = new ArrayList<>(trackers);
        more.add(0, new Tracker(IMPRESSION, url));
        return new Creative(mediaUrl, more, wrappedAt);
    }

    /** What is wrapped, with the trackers of the wrapper before its own. */
    Creative around(Creative wrapped) {
        List<Tracker> all = new ArrayList<>(trackers);
        all.addAll(wrapped.trackers);
        all.sort(Comparator.comparing(tracker -> !tracker.event().equals(IMPRESSION)));
        return new Creative(wrapped.mediaUrl, all, wrapped.wrappedAt);
    }
}
