package io.datastreamx.simulator.world;

import java.util.List;

/** The names of simulated ads. */
public final class Ads {
    public static final List<String> CATEGORIES = List.of("cars", "food", "travel", "finance", "games");
    public static final int PER_AGGREGATOR = 8;

    private Ads() {}

    public static String adId(String aggregatorId, int number) {
        return aggregatorId + "-ad-" + CATEGORIES.get(number % CATEGORIES.size()) + "-" + number;
    }

    public static String creativeId(String adId) {
        return adId.replace("-ad-", "-cr-");
    }

    /** @return the category in an ad's id; the id itself for ads that are not from here; null for none */
    public static String categoryOf(String adId) {
        if (adId == null) {
            return null;
        }
        for (String category : CATEGORIES) {
            if (adId.contains("-" + category + "-")) {
                return category;
            }
        }
        return adId;
    }
}
