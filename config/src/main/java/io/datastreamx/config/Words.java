package io.datastreamx.config;

import java.util.Locale;

/** How a constant is written in a configuration. */
final class Words {
    private Words() {}

    /** Lower case with dashes: {@code real-time}. Kafka's own words stay as Kafka writes them. */
    static String of(Enum<?> constant) {
        return constant instanceof SecurityProtocol
                ? constant.name()
                : constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
