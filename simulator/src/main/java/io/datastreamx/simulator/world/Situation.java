package io.datastreamx.simulator.world;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A context with the places of its values in the world's lists, found once for all aggregators; −1 for unknown ones.
 */
public final class Situation {
    final TruthContext context;
    final int channel;
    final int region;
    final int device;
    /** Null has the place after the last. */
    final int previous;
    /** Of the category; null has the place after the last. */
    final int lastAd;

    final long timeMs;
    final int hour;

    private Situation(TruthContext context, Places places) {
        this.context = context;
        this.channel = places.channels.getOrDefault(context.channelId(), -1);
        this.region = places.regions.getOrDefault(context.region(), -1);
        this.device = places.devices.getOrDefault(context.deviceModel(), -1);
        this.previous = context.previousChannelId() == null
                ? places.channels.size()
                : places.channels.getOrDefault(context.previousChannelId(), -1);
        String category = Ads.categoryOf(context.lastAdId());
        this.lastAd = category == null ? Ads.CATEGORIES.size() : Ads.CATEGORIES.indexOf(category);
        this.timeMs = context.time().toEpochMilli();
        this.hour = (int) Math.floorMod(Math.floorDiv(timeMs, 3_600_000L), 24L);
    }

    /** The world's values and their places. */
    static final class Places {
        private final Map<String, Integer> channels;
        private final Map<String, Integer> regions;
        private final Map<String, Integer> devices;

        Places(Viewing viewing) {
            channels = places(viewing.channels());
            regions = places(viewing.regions());
            devices = places(viewing.deviceModels());
        }

        Situation of(TruthContext context) {
            return new Situation(context, this);
        }

        private static Map<String, Integer> places(List<String> values) {
            Map<String, Integer> places = new HashMap<>();
            values.forEach(value -> places.put(value, places.size()));
            return places;
        }
    }
}
