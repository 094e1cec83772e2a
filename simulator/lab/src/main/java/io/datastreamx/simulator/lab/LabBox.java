package io.datastreamx.simulator.lab;

import io.datastreamx.contract.event.Context;
import io.datastreamx.simulator.world.Draws;
import io.datastreamx.simulator.world.ViewedAds;
import io.datastreamx.simulator.world.Viewing;
import java.util.SplittableRandom;

/** One box under one policy: where it is tuned to does not depend on the policy, what it showed does. */
final class LabBox {
    final String id;
    final ViewedAds viewed = new ViewedAds();
    String lastAd;

    private final String region;
    private final String deviceModel;
    private final SplittableRandom random;
    private String channel;
    private String previous;
    private String beforeThat;
    private long lastMs;

    LabBox(Viewing viewing, long seed, int number, long startMs) {
        this.id = "box-%06d".formatted(number);
        this.random = Draws.random(seed, "box", id);
        this.region = viewing.popular(viewing.regions(), random);
        this.deviceModel = viewing.popular(viewing.deviceModels(), random);
        this.channel = viewing.popular(viewing.channels(), random);
        this.lastMs = startMs;
    }

    /** Where it stands when it asks; draws as often whatever it showed. */
    Context asks(Viewing viewing, long nowMs) {
        double stayed = Math.exp(-(nowMs - lastMs) / (1_000 * viewing.staySeconds()));
        lastMs = nowMs;
        if (random.nextDouble() >= stayed) {
            beforeThat = previous;
            previous = channel;
            channel = viewing.next(previous, beforeThat, random);
        }
        return new Context(channel, previous, lastAd, region, deviceModel);
    }

    /** A value of its list, each as likely. */
    long pick(java.util.List<Long> values) {
        return values.get(random.nextInt(values.size()));
    }
}
