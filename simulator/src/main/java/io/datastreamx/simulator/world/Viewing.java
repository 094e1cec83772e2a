package io.datastreamx.simulator.world;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What boxes are and how they zap: a Markov chain over channels that remembers the channel before.
 *
 * @param channels ids, the popular ones first
 * @param popularity the value at place n is drawn with weight 1/n to this power; of channels, regions and models
 * @param neighbour probability of the next channel up or down, as with the remote control
 * @param back probability of the channel before the present one
 * @param staySeconds mean time on a channel
 * @param regions of boxes
 * @param deviceModels of boxes
 */
public record Viewing(
        List<String> channels,
        double popularity,
        double neighbour,
        double back,
        double staySeconds,
        List<String> regions,
        List<String> deviceModels) {
    static Viewing of(Fields world) {
        Fields channels = world.group("channels");
        int count = (int) channels.whole("count", 2, 5_000);
        Viewing viewing = new Viewing(
                IntStream.rangeClosed(1, count).mapToObj("ch-%02d"::formatted).toList(),
                channels.number("popularity", 0, 3, 0.5),
                channels.number("neighbour", 0, 1, 0.5),
                channels.number("back", 0, 1, 0),
                channels.number("stay-seconds", 1, 86_400, 120),
                world.texts("regions"),
                world.texts("device-models"));
        if (viewing.neighbour() + viewing.back() > 1) {
            throw channels.wrong("back", "at most 1 together with neighbour");
        }
        channels.nothingElse();
        return viewing;
    }

    /** Draws one; the first are the popular ones. */
    public <T> T popular(List<T> values, SplittableRandom random) {
        double total = 0;
        for (int rank = 1; rank <= values.size(); rank++) {
            total += weight(rank);
        }
        double left = random.nextDouble() * total;
        for (int i = 0; i < values.size(); i++) {
            left -= weight(i + 1);
            if (left < 0) {
                return values.get(i);
            }
        }
        return values.get(values.size() - 1);
    }

    /**
     * The channel after this one.
     *
     * @param present the channel that is left; null for a box that was off
     * @param before the one before it; null where there is none
     */
    public String next(String present, String before, SplittableRandom random) {
        int at = present == null ? -1 : channels.indexOf(present);
        if (at >= 0) {
            double move = random.nextDouble();
            if (move < neighbour) {
                int step = random.nextBoolean() ? 1 : channels.size() - 1;
                return channels.get((at + step) % channels.size());
            }
            if (move < neighbour + back && before != null && !before.equals(present)) {
                return before;
            }
        }
        String next = popular(channels, random);
        return next.equals(present) ? channels.get((at + 1) % channels.size()) : next;
    }

    private double weight(int rank) {
        return popularity == 0.5 ? 1 / Math.sqrt(rank) : Math.pow(rank, -popularity);
    }
}
