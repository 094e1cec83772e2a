package io.datastreamx.simulator.world;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/** Something that changes while a world runs. Days count from the start of the run and may be fractions. */
public sealed interface Drift {
    /** Its name in world files. */
    String kind();

    /** The day on which it begins; empty for what is always there. */
    default OptionalDouble begins() {
        return OptionalDouble.empty();
    }

    /** From the day on each of the two asks the other's mean price. */
    record PriceSwap(double day, String first, String second) implements Drift {
        @Override
        public String kind() {
            return "price-swap";
        }

        @Override
        public OptionalDouble begins() {
            return OptionalDouble.of(day);
        }
    }

    /** From the day on an aggregator's mean price is so many times what it was. */
    record PriceChange(double day, String aggregator, double factor) implements Drift {
        @Override
        public String kind() {
            return "price-change";
        }

        @Override
        public OptionalDouble begins() {
            return OptionalDouble.of(day);
        }
    }

    /** For some hours an aggregator gives no ad. */
    record Outage(double day, double hours, String aggregator, By by) implements Drift {
        @Override
        public String kind() {
            return "outage";
        }

        @Override
        public OptionalDouble begins() {
            return OptionalDouble.of(day);
        }
    }

    /** The aggregator is not there before that day. */
    record Arrival(double day, String aggregator) implements Drift {
        @Override
        public String kind() {
            return "arrival";
        }

        @Override
        public OptionalDouble begins() {
            return OptionalDouble.of(day);
        }
    }

    /**
     * Waves with a phase of its own for each aggregator.
     *
     * @param periodDays length of a wave
     * @param fill amplitude in log-odds of an ad
     * @param price amplitude in the log of the price
     */
    record Season(double periodDays, double fill, double price) implements Drift {
        @Override
        public String kind() {
            return "season";
        }
    }

    /** How an outage looks from outside. */
    enum By {
        NO_CONTENT,
        TIMEOUT;

        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param aggregators ids of those there are */
    static Drift of(Fields fields, List<String> aggregators) {
        String kind = fields.oneOf("kind", List.of("price-swap", "price-change", "outage", "arrival", "season"));
        Drift drift =
                switch (kind) {
                    case "price-swap" -> {
                        List<String> two = fields.texts("aggregators");
                        if (two.size() != 2 || !Set.copyOf(aggregators).containsAll(two)) {
                            throw fields.wrong("aggregators", "two of " + aggregators);
                        }
                        yield new PriceSwap(day(fields), two.get(0), two.get(1));
                    }
                    case "price-change" ->
                        new PriceChange(
                                day(fields),
                                fields.oneOf("aggregator", aggregators),
                                fields.number("factor", 0.001, 1_000));
                    case "outage" ->
                        new Outage(
                                day(fields),
                                fields.number("hours", 0.01, 100_000),
                                fields.oneOf("aggregator", aggregators),
                                by(fields));
                    case "arrival" -> new Arrival(day(fields), fields.oneOf("aggregator", aggregators));
                    default ->
                        new Season(
                                fields.number("period-days", 0.01, 3_650),
                                fields.number("fill", 0, 10, 0),
                                fields.number("price", 0, 3, 0));
                };
        fields.nothingElse();
        return drift;
    }

    private static double day(Fields fields) {
        return fields.number("day", 0, 100_000);
    }

    private static By by(Fields fields) {
        String word =
                fields.oneOf("by", Arrays.stream(By.values()).map(By::word).toList());
        return Arrays.stream(By.values())
                .filter(by -> by.word().equals(word))
                .findFirst()
                .orElseThrow();
    }
}
