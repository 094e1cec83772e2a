package io.datastreamx.contract.decision;

import io.datastreamx.contract.event.Event;

/**
 * What is known at an ad opportunity. Every fact carries it, so that no report needs a join.
 *
 * @param channelId the channel being viewed
 * @param previousChannelId the channel viewed before it; null if none
 * @param lastAdId the last ad displayed; null if none
 * @param region region of the box
 * @param deviceModel model of the box
 */
public record Context(String channelId, String previousChannelId, String lastAdId, String region, String deviceModel) {
    public static Context of(Event event) {
        return new Context(
                event.text("channel_id"),
                event.text("previous_channel_id"),
                event.text("last_ad_id"),
                event.text("region"),
                event.text("device_model"));
    }
}
