package io.datastreamx.simulator;

import io.datastreamx.contract.event.Context;
import io.datastreamx.simulator.world.ViewedAds;

/** One set-top box. */
final class Box {
    final String id;
    final String region;
    final String deviceModel;
    /** The channel tuned to; null while the box is off. */
    String channel;

    String previousChannel;
    /** The channel before the previous one. */
    String beforeThat;

    String lastAd;
    final ViewedAds viewed = new ViewedAds();
    /** When this box last told how long it was tuned, epoch milliseconds. */
    long tunedSinceMs;

    long playingUntilMs;
    /** Counts channel changes, so that a heartbeat of an earlier stay is recognised. */
    int stay;

    Box(String id, String region, String deviceModel) {
        this.id = id;
        this.region = region;
        this.deviceModel = deviceModel;
    }

    /** What is known while it is on. */
    Context context() {
        return new Context(channel, previousChannel, lastAd, region, deviceModel);
    }

    boolean idleAt(long nowMs) {
        return channel != null && playingUntilMs <= nowMs;
    }
}
