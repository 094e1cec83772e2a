package io.datastreamx.speed.dispatch;

import java.util.List;

/**
 * What a box needs to show an ad.
 *
 * @param mediaUrl where it fetches the video
 * @param trackers what it calls while it plays, in the order of their worth: impressions first
 */
record Creative(String mediaUrl, List<Tracker> trackers) {

    /**
     * A URL to be called once when something happens.
     *
     * @param event VAST's name of the event; {@code impression} and {@code error} for the elements that are called so
     */
    record Tracker(String event, String url) {}
}
