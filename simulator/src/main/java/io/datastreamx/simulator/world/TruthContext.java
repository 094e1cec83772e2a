package io.datastreamx.simulator.world;

import io.datastreamx.contract.event.Context;
import java.time.Instant;
import java.util.Objects;

/**
 * What an aggregator's behaviour depends on at one ad opportunity.
 *
 * @param channelId the channel being viewed
 * @param previousChannelId the channel viewed before it; null if none
 * @param lastAdId the last ad displayed on the box; null if none
 * @param region region of the box
 * @param deviceModel model of the box
 * @param time when the ad is asked for
 * @param deviceId the box, whose hidden taste counts in some worlds; null where it is not known
 * @param viewed what the box remembers; null where it is not known
 */
public record TruthContext(
        String channelId,
        String previousChannelId,
        String lastAdId,
        String region,
        String deviceModel,
        Instant time,
        String deviceId,
        ViewedAds viewed) {
    public TruthContext {
        Objects.requireNonNull(channelId, "channelId");
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(deviceModel, "deviceModel");
        Objects.requireNonNull(time, "time");
    }

    /** Of a box of which nothing is known. */
    public TruthContext(
            String channelId,
            String previousChannelId,
            String lastAdId,
            String region,
            String deviceModel,
            Instant time) {
        this(channelId, previousChannelId, lastAdId, region, deviceModel, time, null, null);
    }

    public static TruthContext of(Context context, Instant time) {
        return of(context, time, null, null);
    }

    public static TruthContext of(Context context, Instant time, String deviceId, ViewedAds viewed) {
        return new TruthContext(
                context.channelId(),
                context.previousChannelId(),
                context.lastAdId(),
                context.region(),
                context.deviceModel(),
                time,
                deviceId,
                viewed);
    }
}
