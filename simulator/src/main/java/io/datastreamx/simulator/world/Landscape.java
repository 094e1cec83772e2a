package io.datastreamx.simulator.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/**
 * How one quantity (fill, watched, price) is bent by the context: the sum of effects that are one normal number per
 * (effect, aggregator, value). Those of the world's own values are drawn once; others when they come.
 */
final class Landscape {
    private static final int HOURS = 24;

    private final long seed;
    private final List<String> aggregators;
    private final List<ToDoubleBiFunction<Integer, Situation>> effects = new ArrayList<>();

    Landscape(long seed, String quantity, Spread spread, World world) {
        this.seed = seed;
        this.aggregators = world.aggregatorIds();
        Viewing viewing = world.viewing();
        List<String> channels = viewing.channels();
        List<String> hours = java.util.stream.IntStream.range(0, HOURS)
                .mapToObj(Integer::toString)
                .toList();
        add(spread.channel(), table(quantity + " channel", channels), s -> s.channel, s -> s.context.channelId());
        add(spread.region(), table(quantity + " region", viewing.regions()), s -> s.region, s -> s.context.region());
        add(
                spread.device(),
                table(quantity + " device", viewing.deviceModels()),
                s -> s.device,
                s -> s.context.deviceModel());
        add(
                spread.previous(),
                table(quantity + " previous", withNull(channels)),
                s -> s.previous,
                s -> s.context.previousChannelId());
        add(
                spread.lastAd(),
                table(quantity + " last ad", withNull(Ads.CATEGORIES)),
                s -> s.lastAd,
                s -> Ads.categoryOf(s.context.lastAdId()));
        if (spread.hour() > 0) {
            double[] phases = aggregators.stream()
                    .mapToDouble(id -> Draws.gaussian(seed, quantity + " hour", id, null))
                    .toArray();
            effects.add((a, s) -> spread.hour() * Math.sin(2 * Math.PI * s.hour / HOURS + phases[a]));
        }
        if (spread.box() > 0) {
            effects.add((a, s) -> s.context.deviceId() == null
                    ? 0
                    : spread.box() * Draws.gaussian(seed, quantity + " box", aggregators.get(a), s.context.deviceId()));
        }
        combined(spread.channelRegion(), quantity + " channel-region", channels, viewing.regions(), List.of(""));
        combined(spread.channelHour(), quantity + " channel-hour", channels, List.of(""), hours);
        if (spread.deviceHour() > 0) {
            Table table = table(quantity + " device-hour", joined(viewing.deviceModels(), List.of(""), hours));
            add(
                    spread.deviceHour(),
                    table,
                    s -> s.device < 0 ? -1 : s.device * HOURS + s.hour,
                    s -> s.context.deviceModel() + "||" + s.hour);
        }
        combined(spread.channelHourRegion(), quantity + " channel-hour-region", channels, viewing.regions(), hours);
    }

    /** What the context adds for this aggregator. */
    double at(int aggregator, double base, Situation situation) {
        double sum = base;
        for (ToDoubleBiFunction<Integer, Situation> effect : effects) {
            sum += effect.applyAsDouble(aggregator, situation);
        }
        return sum;
    }

    private void combined(double size, String name, List<String> channels, List<String> regions, List<String> hours) {
        if (size == 0) {
            return;
        }
        boolean byRegion = regions.size() > 1;
        boolean byHour = hours.size() > 1;
        add(
                size,
                table(name, joined(channels, regions, hours)),
                s -> s.channel < 0 || (byRegion && s.region < 0)
                        ? -1
                        : (s.channel * regions.size() + (byRegion ? s.region : 0)) * hours.size()
                                + (byHour ? s.hour : 0),
                s -> s.context.channelId() + "|" + (byRegion ? s.context.region() : "") + "|" + (byHour ? s.hour : ""));
    }

    private void add(
            double size,
            Table table,
            java.util.function.ToIntFunction<Situation> index,
            java.util.function.Function<Situation, String> value) {
        if (size > 0) {
            effects.add((a, s) -> {
                int at = index.applyAsInt(s);
                return size
                        * (at >= 0
                                ? table.cells[a * table.values + at]
                                : Draws.gaussian(seed, table.name, aggregators.get(a), value.apply(s)));
            });
        }
    }

    private Table table(String name, List<String> values) {
        double[] cells = new double[aggregators.size() * values.size()];
        for (int a = 0; a < aggregators.size(); a++) {
            for (int v = 0; v < values.size(); v++) {
                cells[a * values.size() + v] = Draws.gaussian(seed, name, aggregators.get(a), values.get(v));
            }
        }
        return new Table(name, values.size(), cells);
    }

    private static List<String> joined(List<String> first, List<String> second, List<String> third) {
        List<String> all = new ArrayList<>();
        for (String a : first) {
            for (String b : second) {
                for (String c : third) {
                    all.add(a + "|" + b + "|" + c);
                }
            }
        }
        return all;
    }

    private static List<String> withNull(List<String> values) {
        List<String> all = new ArrayList<>(values);
        all.add(null);
        return all;
    }

    private static final class Table {
        private final String name;
        private final int values;
        private final double[] cells;

        Table(String name, int values, double[] cells) {
            this.name = name;
            this.values = values;
            this.cells = Arrays.copyOf(cells, cells.length);
        }
    }
}
