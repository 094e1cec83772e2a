package io.datastreamx.simulator;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The names of the simulated world. */
final class Catalog {
    static final List<String> CHANNELS =
            IntStream.rangeClosed(1, 12).mapToObj("ch-%02d"::formatted).toList();
    static final List<String> REGIONS = List.of("north", "south", "east", "west", "capital", "islands");
    static final List<String> DEVICE_MODELS = List.of("stb-basic", "stb-hd", "stb-4k", "stb-mini");
    static final List<String> CATEGORIES = List.of("cars", "food", "travel", "finance", "games");
    static final int ADS_PER_AGGREGATOR = 8;

    private Catalog() {}

    static String adId(String aggregatorId, int number) {
        return aggregatorId + "-ad-" + CATEGORIES.get(number % CATEGORIES.size()) + "-" + number;
    }

    static String creativeId(String adId) {
        return adId.replace("-ad-", "-cr-");
    }

    /** @return the category in an ad's id; the id itself for ads that are not from here; null for none */
    static String categoryOf(String adId) {
        if (adId == null) {
            return null;
        }
        return CATEGORIES.stream()
                .filter(c -> adId.contains("-" + c + "-"))
                .findFirst()
                .orElse(adId);
    }

    /** Draws one; the first are the popular ones. */
    static <T> T popular(List<T> values, SplittableRandom random) {
        double total = IntStream.rangeClosed(1, values.size())
                .mapToDouble(Catalog::weight)
                .sum();
        double left = random.nextDouble() * total;
        for (int i = 0; i < values.size(); i++) {
            left -= weight(i + 1);
            if (left < 0) {
                return values.get(i);
            }
        }
        return values.get(values.size() - 1);
    }

    private static double weight(int rank) {
        return 1 / Math.sqrt(rank);
    }
}
